package io.plateau.service.errors;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import io.plateau.proto.common.v1.ErrorReason;
import io.plateau.service.probe.ProbeService;
import io.plateau.service.request.RequestId;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ErrorStatusTest {
  @Test
  void theReasonsAreThoseOfTheContract() {
    assertThat(Reason.values())
        .extracting(Reason::name)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ErrorReason.values())
                .map(Enum::name)
                .filter(name -> !name.equals("UNRECOGNIZED"))
                .map(name -> name.replace("ERROR_REASON_", ""))
                .filter(name -> !name.equals("UNSPECIFIED"))
                .toList());
  }

  @Test
  void whatIsWrittenIsReadBack() {
    PlateauException failure =
        PlateauException.builder(Reason.GRID_TOO_LARGE, "Ask for at most 10001 points.")
            .field("grid.uniform.count", "must be at most 10001")
            .metadata("limit", 10_001)
            .retryAfter(Duration.ofMillis(2500))
            .build();

    com.google.rpc.Status status = ErrorStatus.of(failure, Optional.of(new RequestId("call-1")));
    StatusDetails read = StatusDetails.of(status);

    assertThat(read.code()).isEqualTo(Reason.GRID_TOO_LARGE.code());
    assertThat(read.knownReason()).contains(Reason.GRID_TOO_LARGE);
    assertThat(read.message()).isEqualTo("Ask for at most 10001 points.");
    assertThat(read.metadata()).containsEntry("limit", "10001");
    assertThat(read.fieldViolations())
        .containsExactly(new FieldViolation("grid.uniform.count", "must be at most 10001"));
    assertThat(read.retryDelay()).contains(Duration.ofMillis(2500));
    assertThat(read.requestId()).contains("call-1");
    assertThat(status.getDetailsList().stream().filter(any -> any.is(ErrorInfo.class))).hasSize(1);
  }

  @Test
  void everythingIsCutToFitWhateverTheCallerSent() {
    com.google.rpc.Status status =
        ErrorStatus.of(ProbeService.hugeFailure(), Optional.of(RequestId.generate()));

    assertThat(status.getSerializedSize()).isBetween(2048, 5 * 1024);
    StatusDetails read = StatusDetails.of(status);
    assertThat(read.fieldViolations()).isNotEmpty();
    assertThat(read.metadata()).isNotEmpty();
    assertThat(read.message()).endsWith("…").doesNotContain("\uFFFD");
  }

  @Test
  void aNewerReasonIsReadByNameAndADamagedDetailIsLeftOut() {
    com.google.rpc.Status newer =
        com.google.rpc.Status.newBuilder()
            .setCode(9)
            .addDetails(
                Any.pack(ErrorInfo.newBuilder().setDomain("plateau").setReason("NOT_YET").build()))
            .addDetails(
                Any.newBuilder()
                    .setTypeUrl("type.googleapis.com/google.rpc.RetryInfo")
                    .setValue(com.google.protobuf.ByteString.copyFromUtf8("\377\377garbage")))
            .build();

    StatusDetails read = StatusDetails.of(newer);

    assertThat(read.reason()).isEqualTo("NOT_YET");
    assertThat(read.knownReason()).isEmpty();
    assertThat(read.retryDelay()).isEmpty();
  }
}
