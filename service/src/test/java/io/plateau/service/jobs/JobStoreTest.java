package io.plateau.service.jobs;

import static io.plateau.service.jobs.JobFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.plateau.service.database.DatabaseKind;
import io.plateau.service.database.PostgresExtension;
import io.plateau.service.database.PostgresServer;
import io.plateau.service.jobs.JobException.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(DatabaseKind.class)
@ExtendWith(PostgresExtension.class)
class JobStoreTest {
  @Parameter DatabaseKind kind;
  private JobFixture fixture;
  private JobStore store;

  @BeforeEach
  void open(PostgresServer server, @TempDir Path directory) {
    fixture = new JobFixture(kind, server, directory);
    store = fixture.store();
  }

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  @Test
  void aNewJobIsQueuedAndComesBackAsItWasAskedFor() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    Job parent = store.create(JobRequest.of(bytes("sweep")));
    JobRequest request =
        JobRequest.of(ByteString.copyFrom(all))
            .withRequestId("r-1")
            .withPriority(-7)
            .withParent(parent.id())
            .withLabels(Map.of("width", "1024", "seed", "ünï 1"));
    Job job = store.create(request);
    assertThat(store.get(job.id())).isEqualTo(job);
    assertThat(job.request()).isEqualTo(request);
    assertThat(job.state()).isEqualTo(JobState.QUEUED);
    assertThat(job.lastEvent()).isEqualTo(1);
    assertThat(job.startTime()).isEmpty();
    assertThat(JobFixture.states(store, job.id())).containsExactly(JobState.QUEUED);
    assertThat(store.countByState().get(JobState.QUEUED)).isEqualTo(2);
  }

  @Test
  void theSameRequestIdGivesTheSameJobAndRefusesOtherContent() {
    JobRequest request =
        JobRequest.of(bytes("a")).withRequestId("once").withLabels(Map.of("x", "1"));
    Job job = store.create(request);
    assertThat(store.create(request).id()).isEqualTo(job.id());
    assertThat(store.findByRequestId("once")).hasValue(job);
    for (JobRequest other :
        List.of(
            request.withPriority(1),
            request.withLabels(Map.of("x", "2")),
            JobRequest.of(bytes("b")).withRequestId("once"))) {
      JobException refused = refusal(() -> store.create(other));
      assertThat(refused.reason()).isEqualTo(Reason.REQUEST_ID_REUSED);
      assertThat(refused.details()).containsEntry("existing", job.id());
    }
    JobStore evaluations = new JobStore(fixture.database, "evaluation", JobLimits.DEFAULT);
    assertThat(evaluations.create(request).id()).isNotEqualTo(job.id());
  }

  @Test
  void concurrentRequestsWithOneIdMakeOneJob() throws Exception {
    JobRequest request = JobRequest.of(bytes("a")).withRequestId("race");
    Set<String> ids = Set.copyOf(inParallel(8, () -> fixture.store().create(request).id()));
    assertThat(ids).hasSize(1);
    assertThat(store.list(JobFilter.ALL, 0, "").jobs()).hasSize(1);
  }

  @Test
  void theQueueIsBoundedExactlyAlsoUnderConcurrentRequests() throws Exception {
    JobLimits limits = JobLimits.DEFAULT.withQueuedJobs(5);
    List<Boolean> accepted =
        inParallel(
            12,
            () -> {
              try {
                fixture.store(limits).create(JobRequest.of(bytes("x")));
                return true;
              } catch (JobException e) {
                assertThat(e.reason()).isEqualTo(Reason.QUEUE_FULL);
                assertThat(e.retryAfter()).hasValue(Duration.ofSeconds(10));
                return false;
              }
            });
    assertThat(accepted).filteredOn(Boolean::booleanValue).hasSize(5);
    store.cancel(store.list(JobFilter.ALL, 1, "").jobs().get(0).id());
    assertThat(fixture.store(limits).create(JobRequest.of(bytes("y"))).state())
        .isEqualTo(JobState.QUEUED);
  }

  @Test
  void pagesShowEachJobOnceWhileOthersAreAdded() {
    List<String> created = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      created.add(store.create(JobRequest.of(bytes("job " + i))).id());
    }
    for (JobFilter.Order order : JobFilter.Order.values()) {
      List<String> listed = new ArrayList<>();
      String token = "";
      do {
        JobPage page = store.list(JobFilter.ALL.withOrder(order), 10, token);
        page.jobs().forEach(job -> listed.add(job.id()));
        token = page.nextPageToken();
        created.add(store.create(JobRequest.of(bytes("later"))).id());
      } while (!token.isEmpty());
      assertThat(listed).doesNotHaveDuplicates();
      if (order == JobFilter.Order.NEWEST_FIRST) {
        assertThat(listed).hasSize(25);
      } else {
        assertThat(listed).isEqualTo(created.subList(0, listed.size()));
      }
    }
  }

  @Test
  void listsFilterByStateLabelsAndParent() {
    Job parent = store.create(JobRequest.of(bytes("sweep")));
    Job wide =
        store.create(
            JobRequest.of(bytes("1"))
                .withParent(parent.id())
                .withLabels(Map.of("width", "1024", "seed", "1")));
    Job narrow =
        store.create(
            JobRequest.of(bytes("2"))
                .withParent(parent.id())
                .withLabels(Map.of("width", "256", "seed", "1")));
    store.cancel(narrow.id());
    assertThat(ids(JobFilter.ALL.withParent(parent.id()))).containsExactly(narrow.id(), wide.id());
    assertThat(ids(JobFilter.ALL.withLabels(Map.of("seed", "1"))))
        .containsExactly(narrow.id(), wide.id());
    assertThat(ids(JobFilter.ALL.withLabels(Map.of("seed", "1", "width", "256"))))
        .containsExactly(narrow.id());
    assertThat(ids(JobFilter.ALL.withStates(Set.of(JobState.QUEUED, JobState.RUNNING))))
        .containsExactly(wide.id(), parent.id());
    assertThat(ids(JobFilter.ALL.withStates(Set.of(JobState.CANCELLED)).withParent(parent.id())))
        .containsExactly(narrow.id());
    assertThat(ids(JobFilter.ALL.withLabels(Map.of("width", "1")))).isEmpty();
  }

  @Test
  void aPageTokenOfAnotherListIsRefused() {
    for (int i = 0; i < 3; i++) {
      store.create(JobRequest.of(bytes("x")));
    }
    String token = store.list(JobFilter.ALL, 1, "").nextPageToken();
    assertThat(store.list(JobFilter.ALL, 2, token).jobs()).hasSize(2);
    JobFilter other = JobFilter.ALL.withOrder(JobFilter.Order.OLDEST_FIRST);
    for (String bad : List.of("?", "AAAA", token + "x", "MS4yLjM")) {
      assertThat(refusal(() -> store.list(JobFilter.ALL, 1, bad)).reason())
          .isEqualTo(Reason.INVALID_PAGE_TOKEN);
    }
    assertThat(refusal(() -> store.list(other, 1, token)).reason())
        .isEqualTo(Reason.INVALID_PAGE_TOKEN);
  }

  @Test
  void aQueuedJobIsCancelledPausedAndResumedAtOnce() {
    Job job = store.create(JobRequest.of(bytes("x")));
    assertThat(store.pause(job.id()).state()).isEqualTo(JobState.PAUSED);
    assertThat(store.resume(job.id()).state()).isEqualTo(JobState.QUEUED);
    Job cancelled = store.cancel(job.id());
    assertThat(cancelled.state()).isEqualTo(JobState.CANCELLED);
    assertThat(cancelled.endTime()).isPresent();
    assertThat(store.cancel(job.id())).isEqualTo(cancelled);
    Job resumed = store.resume(job.id());
    assertThat(resumed.endTime()).isEmpty();
    assertThat(refusal(() -> store.resume(job.id())).reason()).isEqualTo(Reason.STATE_CONFLICT);
    List<JobEvent> events = JobFixture.allEvents(store, job.id());
    assertThat(events).extracting(JobEvent::number).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(JobFixture.states(store, job.id()))
        .containsExactly(
            JobState.QUEUED, JobState.PAUSED, JobState.QUEUED, JobState.CANCELLED, JobState.QUEUED);
  }

  @Test
  void deletingTakesFinishedJobsWithTheirChildrenAndEvents() {
    Job parent = store.create(JobRequest.of(bytes("sweep")));
    Job child =
        store.create(
            JobRequest.of(bytes("1")).withParent(parent.id()).withLabels(Map.of("seed", "1")));
    assertThat(refusal(() -> store.delete(parent.id(), "")).reason())
        .isEqualTo(Reason.STATE_CONFLICT);
    String etag = store.get(parent.id()).etag();
    store.cancel(parent.id());
    assertThat(refusal(() -> store.delete(parent.id(), etag)).reason())
        .isEqualTo(Reason.ETAG_MISMATCH);
    assertThat(refusal(() -> store.delete(parent.id(), "")).details())
        .containsEntry("id", child.id());
    store.cancel(child.id());
    store.delete(parent.id(), store.get(parent.id()).etag());
    for (String id : List.of(parent.id(), child.id())) {
      assertThat(refusal(() -> store.get(id)).reason()).isEqualTo(Reason.NOT_FOUND);
      assertThat(refusal(() -> store.eventsAfter(id, 0, 1)).reason()).isEqualTo(Reason.NOT_FOUND);
    }
    assertThat(count("job_events") + count("job_labels") + count("scheduled_tasks")).isZero();
  }

  @Test
  void labelsAreReplacedOnlyAtTheVersionThatWasRead() {
    Job job = store.create(JobRequest.of(bytes("x")).withLabels(Map.of("a", "1")));
    Job changed = store.setLabels(job.id(), job.etag(), Map.of("b", "2"));
    assertThat(changed.labels()).isEqualTo(Map.of("b", "2"));
    assertThat(refusal(() -> store.setLabels(job.id(), job.etag(), Map.of())).reason())
        .isEqualTo(Reason.ETAG_MISMATCH);
    assertThat(store.setLabels(job.id(), "", Map.of()).labels()).isEmpty();
  }

  @Test
  void whatIsTooLargeOrMalformedIsRefusedByName() {
    JobRequest good = JobRequest.of(bytes("x"));
    Map<String, String> many =
        java.util.stream.IntStream.range(0, 33)
            .boxed()
            .collect(Collectors.toMap(i -> "l" + i, i -> "v"));
    Map<String, JobRequest> bad =
        Map.of(
            "spec", JobRequest.of(ByteString.copyFrom(new byte[(256 << 10) + 1])),
            "request_id", good.withRequestId("a b"),
            "priority", good.withPriority(101));
    bad.forEach(
        (field, request) -> {
          JobException refused = refusal(() -> store.create(request));
          assertThat(refused.reason()).isEqualTo(Reason.INVALID_ARGUMENT);
          assertThat(refused.field()).isEqualTo(field);
        });
    for (Map<String, String> labels :
        List.of(many, Map.of("A", "1"), Map.of("", "1"), Map.of("a", "x".repeat(256)))) {
      assertThat(refusal(() -> store.create(good.withLabels(labels))).field()).isEqualTo("labels");
    }
    assertThat(refusal(() -> store.create(good.withParent("nobody"))).reason())
        .isEqualTo(Reason.NOT_FOUND);
    assertThat(refusal(() -> store.list(JobFilter.ALL, -1, "")).field()).isEqualTo("page_size");
    assertThat(store.countByState().get(JobState.QUEUED)).isZero();
  }

  @Test
  void aJobOfAnotherKindIsNotFound() {
    JobStore evaluations = new JobStore(fixture.database, "evaluation", JobLimits.DEFAULT);
    Job evaluation = evaluations.create(JobRequest.of(bytes("x")));
    assertThat(refusal(() -> store.get(evaluation.id())).reason()).isEqualTo(Reason.NOT_FOUND);
    assertThat(refusal(() -> store.cancel(evaluation.id())).reason()).isEqualTo(Reason.NOT_FOUND);
    assertThat(store.list(JobFilter.ALL, 0, "").jobs()).isEmpty();
  }

  private List<String> ids(JobFilter filter) {
    return store.list(filter, 0, "").jobs().stream().map(Job::id).toList();
  }

  private long count(String table) {
    return fixture.database.read(
        handle -> handle.createQuery("SELECT COUNT(*) FROM " + table).mapTo(Long.class).one());
  }

  private static JobException refusal(ThrowingCallable call) {
    JobException[] refused = new JobException[1];
    assertThatThrownBy(call).isInstanceOfSatisfying(JobException.class, e -> refused[0] = e);
    return refused[0];
  }

  private static <R> List<R> inParallel(int threads, Callable<R> call) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<R> results = new ArrayList<>();
      for (Future<R> future : executor.invokeAll(java.util.Collections.nCopies(threads, call))) {
        results.add(future.get());
      }
      return results;
    } finally {
      executor.shutdownNow();
    }
  }
}
