package io.plateau.service.probe;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.plateau.probe.v1.CountRequest;
import io.plateau.probe.v1.CountResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client of a stream that takes a message only when the test asks for it. */
public final class ManualReader implements ClientResponseObserver<CountRequest, CountResponse> {
  public final List<Integer> numbers = new CopyOnWriteArrayList<>();

  /** Completed with null at a good end, with the failure at a bad one. */
  public final CompletableFuture<Throwable> end = new CompletableFuture<>();

  private volatile ClientCallStreamObserver<CountRequest> call;

  @Override
  public void beforeStart(ClientCallStreamObserver<CountRequest> requests) {
    call = requests;
    requests.disableAutoRequestWithInitial(0);
  }

  public void take(int messages) {
    call.request(messages);
  }

  public void cancel() {
    call.cancel("the test has seen enough", null);
  }

  @Override
  public void onNext(CountResponse response) {
    numbers.add(response.getNumber());
  }

  @Override
  public void onError(Throwable failure) {
    end.complete(failure);
  }

  @Override
  public void onCompleted() {
    end.complete(null);
  }
}
