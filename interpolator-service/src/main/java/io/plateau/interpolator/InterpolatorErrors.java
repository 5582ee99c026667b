package io.plateau.interpolator;

import com.google.protobuf.ByteString;
import io.plateau.service.errors.ErrorInterceptor;
import io.plateau.service.errors.ErrorTranslators;
import io.plateau.service.errors.Reason;
import io.plateau.service.translation.CoreErrors;
import io.plateau.service.translation.JobErrors;

/** What the interpolator's failures are told as, to a caller and in a job. */
final class InterpolatorErrors {
  private final ErrorTranslators translators;
  private final ErrorInterceptor interceptor;

  InterpolatorErrors() {
    translators =
        ErrorTranslators.builder()
            .addAll(CoreErrors.translators())
            .addAll(
                new JobErrors("evaluations", Reason.EVALUATION_NOT_FOUND, Reason.EVALUATION_EXISTS)
                    .translators())
            .build();
    interceptor = new ErrorInterceptor(translators);
  }

  ErrorTranslators translators() {
    return translators;
  }

  /** A failure as a job keeps it: a {@code google.rpc.Status}. */
  ByteString toJob(Throwable failure) {
    return interceptor.describe(failure).toByteString();
  }
}
