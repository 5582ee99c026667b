package io.plateau.interpolator.evaluation;

import io.plateau.proto.interpolator.v1.ListEvaluationsRequest;
import io.plateau.proto.interpolator.v1.ListEvaluationsResponse;
import io.plateau.service.jobs.Job;
import io.plateau.service.jobs.JobPage;
import io.plateau.service.jobs.JobStore;
import io.plateau.service.listing.Condition;
import io.plateau.service.listing.Filter;
import io.plateau.service.listing.SortKey;
import java.util.ArrayList;
import java.util.List;

/** Lists evaluations, a page at a time. */
final class EvaluationLists {
  private static final int DEFAULT_PAGE = 50;
  private static final SortKey NEWEST_FIRST = new SortKey("create_time", true);

  private final JobStore jobs;
  private final StoredItems items;

  EvaluationLists(JobStore jobs, StoredItems items) {
    this.jobs = jobs;
    this.items = items;
  }

  /** A page of evaluations. */
  ListEvaluationsResponse list(ListEvaluationsRequest request) {
    int size = request.getPageSize() == 0 ? DEFAULT_PAGE : request.getPageSize();
    List<Condition> conditions = new ArrayList<>();
    for (Condition condition : Filter.parse(request.getFilter())) {
      conditions.add(condition.field().equals("pair") ? ofPair(condition) : condition);
    }
    JobPage page =
        jobs.list(
            conditions,
            SortKey.parse(request.getOrderBy(), NEWEST_FIRST),
            size,
            request.getPageToken());
    ListEvaluationsResponse.Builder response =
        ListEvaluationsResponse.newBuilder().setNextPageToken(page.nextPageToken());
    for (Job job : page.jobs()) {
      response.addEvaluations(EvaluationMessages.brief(job, items.lastSequence(job)));
    }
    return response.build();
  }

  private static Condition ofPair(Condition condition) {
    return new Condition(
        "labels." + EvaluationMessages.PAIR_LABEL,
        condition.comparison(),
        condition.values(),
        condition.written(),
        condition.position());
  }
}
