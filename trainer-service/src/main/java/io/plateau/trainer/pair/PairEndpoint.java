package io.plateau.trainer.pair;

import io.grpc.stub.StreamObserver;
import io.plateau.core.checkpoint.CheckpointException;
import io.plateau.core.checkpoint.CheckpointStore;
import io.plateau.proto.trainer.v1.CheckpointPair;
import io.plateau.proto.trainer.v1.CheckpointPairServiceGrpc;
import io.plateau.proto.trainer.v1.DeletePairRequest;
import io.plateau.proto.trainer.v1.DeletePairResponse;
import io.plateau.proto.trainer.v1.ExportPairRequest;
import io.plateau.proto.trainer.v1.ExportPairResponse;
import io.plateau.proto.trainer.v1.GetPairRequest;
import io.plateau.proto.trainer.v1.GetPairResponse;
import io.plateau.proto.trainer.v1.ImportPairRequest;
import io.plateau.proto.trainer.v1.ImportPairResponse;
import io.plateau.proto.trainer.v1.ListPairsRequest;
import io.plateau.proto.trainer.v1.ListPairsResponse;
import io.plateau.proto.trainer.v1.PairView;
import io.plateau.proto.trainer.v1.ReadTensorsRequest;
import io.plateau.proto.trainer.v1.ReadTensorsResponse;
import io.plateau.proto.trainer.v1.VerifyPairRequest;
import io.plateau.proto.trainer.v1.VerifyPairResponse;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.service.translation.RequestField;
import java.util.function.Predicate;

/** The gRPC service of checkpoint pairs. */
public final class PairEndpoint extends CheckpointPairServiceGrpc.CheckpointPairServiceImplBase {
  private static final String COLLECTION = "pairs/";

  private final CheckpointStore store;
  private final PairCatalogue catalogue;
  private final PairTransfers transfers;
  private final PairVerifier verifier;
  private final PairLists lists;
  private final Predicate<String> underWay;

  /**
   * @param underWay whether the training of a pair's id has not ended yet
   */
  public PairEndpoint(
      CheckpointStore store,
      PairCatalogue catalogue,
      PairTransfers transfers,
      PairVerifier verifier,
      PairLists lists,
      Predicate<String> underWay) {
    this.store = store;
    this.catalogue = catalogue;
    this.transfers = transfers;
    this.verifier = verifier;
    this.lists = lists;
    this.underWay = underWay;
  }

  @Override
  public void getPair(GetPairRequest request, StreamObserver<GetPairResponse> observer) {
    CheckpointPair summary = find(request.getName());
    CheckpointPair pair =
        request.getView() == PairView.PAIR_VIEW_BASIC
            ? summary
            : PairCatalogue.full(store.manifest(id(request.getName())));
    answer(observer, GetPairResponse.newBuilder().setPair(pair).build());
  }

  @Override
  public void listPairs(ListPairsRequest request, StreamObserver<ListPairsResponse> observer) {
    answer(observer, lists.list(request));
  }

  @Override
  public void verifyPair(VerifyPairRequest request, StreamObserver<VerifyPairResponse> observer) {
    verifier.verify(id(request.getName()), request.getLevel(), observer);
  }

  @Override
  public void deletePair(DeletePairRequest request, StreamObserver<DeletePairResponse> observer) {
    String id = id(request.getName());
    if (!request.getEtag().isEmpty()) {
      String etag = find(request.getName()).getEtag();
      if (!etag.equals(request.getEtag())) {
        throw PlateauException.builder(
                Reason.ETAG_MISMATCH,
                "The pair '" + id + "' is not the one that was read: read it again, then repeat.")
            .metadata("expected", request.getEtag())
            .metadata("actual", etag)
            .build();
      }
    }
    if (store.exists(id) && underWay.test(id)) {
      throw PlateauException.builder(
              Reason.STATE_CONFLICT,
              "The training of pair '" + id + "' is still under way. Wait for its end.")
          .metadata("name", request.getName())
          .metadata("state", "RUNNING")
          .build();
    }
    boolean deleted = store.delete(id);
    catalogue.remove(id);
    if (!deleted) {
      throw notFound(id);
    }
    answer(observer, DeletePairResponse.getDefaultInstance());
  }

  @Override
  public void readTensors(
      ReadTensorsRequest request, StreamObserver<ReadTensorsResponse> observer) {
    transfers.read(id(request.getName()), request, observer);
  }

  @Override
  public void exportPair(ExportPairRequest request, StreamObserver<ExportPairResponse> observer) {
    transfers.export(id(request.getName()), request.getFormat(), observer);
  }

  @Override
  public StreamObserver<ImportPairRequest> importPair(StreamObserver<ImportPairResponse> observer) {
    throw RequestField.REQUEST
        .child("pair_import")
        .unsupported("an import", "read pair directories in place, by their store URI");
  }

  private CheckpointPair find(String name) {
    return catalogue.find(id(name)).orElseThrow(() -> notFound(id(name)));
  }

  static PlateauException notFound(String id) {
    return PlateauException.builder(Reason.PAIR_NOT_FOUND, "There is no pair '" + id + "'.")
        .metadata("name", COLLECTION + id)
        .build();
  }

  /** A failure of the store as its caller is told. */
  static PlateauException failure(String id, CheckpointException e) {
    PlateauException told = io.plateau.service.translation.CoreErrors.of(e, RequestField.REQUEST);
    PlateauException.Builder named =
        PlateauException.builder(told.reason(), told.getMessage())
            .metadata("name", COLLECTION + id)
            .cause(e);
    told.retryDelay().ifPresent(named::retryAfter);
    return named.build();
  }

  static String id(String name) {
    return name.substring(COLLECTION.length());
  }

  private static <M> void answer(StreamObserver<M> observer, M message) {
    observer.onNext(message);
    observer.onCompleted();
  }
}
