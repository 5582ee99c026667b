package io.plateau.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import io.plateau.service.errors.FieldViolation;
import io.plateau.service.errors.Reason;
import io.plateau.service.errors.StatusDetails;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Reads why a call was refused. */
final class Refusals {
  private Refusals() {}

  /** The details of a call's failure, which must be a typed one with the code of its reason. */
  static StatusDetails of(ThrowingCallable call) {
    StatusRuntimeException failure =
        Assertions.catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(failure).as("the call should fail").isNotNull();
    StatusDetails details = StatusDetails.of(failure);
    assertThat(details.domain()).as("%s", failure).isEqualTo(Reason.DOMAIN);
    assertThat(details.knownReason()).isPresent();
    assertThat(details.code()).isEqualTo(details.knownReason().orElseThrow().code());
    return details;
  }

  /** The reason of a call's failure. */
  static Reason reason(ThrowingCallable call) {
    return of(call).knownReason().orElseThrow();
  }

  /** Checks reason and field of a call's failure. */
  static void assertRefused(ThrowingCallable call, Reason reason, String field) {
    StatusDetails details = of(call);
    assertThat(details.knownReason()).as(details.message()).contains(reason);
    assertThat(details.fieldViolations())
        .as(details.message())
        .extracting(FieldViolation::field)
        .contains(field);
  }
}
