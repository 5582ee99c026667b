package io.plateau.trainer.training;

import io.plateau.proto.trainer.v1.ListTrainingsRequest;
import io.plateau.proto.trainer.v1.ListTrainingsResponse;
import io.plateau.proto.trainer.v1.Training;
import io.plateau.service.jobs.Job;
import io.plateau.service.jobs.JobPage;
import io.plateau.service.jobs.JobStore;
import io.plateau.service.listing.Condition;
import io.plateau.service.listing.Filter;
import io.plateau.service.listing.SortKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Lists trainings, a page at a time. */
final class TrainingLists {
  private static final int DEFAULT_PAGE = 50;
  private static final SortKey NEWEST_FIRST = new SortKey("create_time", true);
  private static final String PAIRS = "pairs/";

  private final JobStore jobs;
  private final TrainingTable table;

  TrainingLists(JobStore jobs, TrainingTable table) {
    this.jobs = jobs;
    this.table = table;
  }

  /** A page of trainings. */
  ListTrainingsResponse list(ListTrainingsRequest request) {
    int size = request.getPageSize() == 0 ? DEFAULT_PAGE : request.getPageSize();
    List<Condition> conditions = new ArrayList<>();
    for (Condition condition : Filter.parse(request.getFilter())) {
      // A training's pair has the training's id.
      conditions.add(
          condition.field().equals("pair")
              ? condition.on("result_id", TrainingLists::pairId)
              : condition);
    }
    conditions.add(
        Condition.equal(
            "parent",
            request.getParent().isEmpty() ? "" : TrainingMessages.id(request.getParent())));
    JobPage page =
        jobs.list(
            conditions,
            SortKey.parse(request.getOrderBy(), NEWEST_FIRST),
            size,
            request.getPageToken());
    Map<String, Training> resolved = table.get(page.jobs().stream().map(Job::id).toList());
    ListTrainingsResponse.Builder response =
        ListTrainingsResponse.newBuilder().setNextPageToken(page.nextPageToken());
    for (Job job : page.jobs()) {
      Training found = resolved.getOrDefault(job.id(), Training.getDefaultInstance());
      response.addTrainings(TrainingMessages.brief(TrainingMessages.training(job, found)));
    }
    return response.build();
  }

  private static String pairId(String name) {
    return name.startsWith(PAIRS) ? name.substring(PAIRS.length()) : name;
  }
}
