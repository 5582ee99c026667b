package io.plateau.interpolator;

import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.service.errors.Reason;
import io.plateau.service.errors.StatusDetails;

/** What failed calls told. */
public final class Errors {
  private Errors() {}

  /** Checks the reason and that the code is the reason's. */
  public static StatusDetails is(Throwable failure, Reason reason) {
    StatusDetails told = StatusDetails.of(failure);
    assertThat(told.reason()).as("%s: %s", told.code(), told.message()).isEqualTo(reason.name());
    assertThat(told.code()).isEqualTo(reason.code());
    return told;
  }
}
