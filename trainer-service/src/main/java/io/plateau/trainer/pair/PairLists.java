package io.plateau.trainer.pair;

import io.plateau.core.checkpoint.CheckpointException;
import io.plateau.core.checkpoint.CheckpointStore;
import io.plateau.proto.trainer.v1.CheckpointPair;
import io.plateau.proto.trainer.v1.ListPairsRequest;
import io.plateau.proto.trainer.v1.ListPairsResponse;
import io.plateau.proto.trainer.v1.PairView;
import io.plateau.service.listing.Condition;
import io.plateau.service.listing.Filter;
import io.plateau.service.listing.SortKey;
import java.util.ArrayList;
import java.util.List;

/** Lists pairs, a page at a time. */
public final class PairLists {
  private static final int DEFAULT_PAGE = 50;
  private static final SortKey NEWEST_FIRST = new SortKey("create_time", true);
  private static final String TRAININGS = "trainings/";

  private final PairCatalogue catalogue;
  private final CheckpointStore store;

  /**
   * @param store for the full view
   */
  public PairLists(PairCatalogue catalogue, CheckpointStore store) {
    this.catalogue = catalogue;
    this.store = store;
  }

  /** A page of pairs. */
  ListPairsResponse list(ListPairsRequest request) {
    int size = request.getPageSize() == 0 ? DEFAULT_PAGE : request.getPageSize();
    List<Condition> conditions = new ArrayList<>();
    for (Condition condition : Filter.parse(request.getFilter())) {
      conditions.add(
          condition.field().equals("training")
              ? condition.on("training", PairLists::trainingId)
              : condition);
    }
    PairCatalogue.Page page =
        catalogue.list(
            conditions,
            SortKey.parse(request.getOrderBy(), NEWEST_FIRST),
            size,
            request.getPageToken());
    ListPairsResponse.Builder response =
        ListPairsResponse.newBuilder().setNextPageToken(page.nextPageToken());
    for (CheckpointPair pair : page.pairs()) {
      if (request.getView() == PairView.PAIR_VIEW_FULL) {
        addFull(pair, response);
      } else {
        response.addPairs(pair);
      }
    }
    return response.build();
  }

  /** A pair that was deleted meanwhile is left out. */
  private void addFull(CheckpointPair pair, ListPairsResponse.Builder response) {
    try {
      response.addPairs(PairCatalogue.full(store.manifest(PairEndpoint.id(pair.getName()))));
    } catch (CheckpointException e) {
      if (e.reason() != CheckpointException.Reason.NOT_FOUND) {
        throw PairEndpoint.failure(PairEndpoint.id(pair.getName()), e);
      }
    }
  }

  private static String trainingId(String name) {
    return name.startsWith(TRAININGS) ? name.substring(TRAININGS.length()) : name;
  }
}
