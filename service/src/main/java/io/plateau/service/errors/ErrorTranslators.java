package io.plateau.service.errors;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Turns exceptions of the domain, which knows no gRPC, into {@link PlateauException}s. An exception
 * is translated by the entry of its class or of the nearest superclass; where there is none, its
 * causes are tried.
 */
public final class ErrorTranslators {
  private static final int MAX_CAUSES = 16;

  private final Map<Class<?>, Function<Throwable, PlateauException>> translators;

  private ErrorTranslators(Map<Class<?>, Function<Throwable, PlateauException>> translators) {
    this.translators = Map.copyOf(translators);
  }

  /** Translators that know no exception but {@link PlateauException}. */
  public static ErrorTranslators none() {
    return builder().build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** The translation of {@code failure} or of its nearest known cause; empty for the unexpected. */
  public Optional<PlateauException> translate(Throwable failure) {
    Throwable candidate = failure;
    for (int depth = 0; candidate != null && depth < MAX_CAUSES; depth++) {
      if (candidate instanceof PlateauException known) {
        return Optional.of(known);
      }
      for (Class<?> type = candidate.getClass();
          type != Object.class;
          type = type.getSuperclass()) {
        Function<Throwable, PlateauException> translator = translators.get(type);
        if (translator != null) {
          return Optional.of(translator.apply(candidate));
        }
      }
      candidate = candidate.getCause();
    }
    return Optional.empty();
  }

  /** Collects translators; registering a class twice is an error. */
  public static final class Builder {
    private final Map<Class<?>, Function<Throwable, PlateauException>> translators =
        new LinkedHashMap<>();

    private Builder() {}

    @CanIgnoreReturnValue
    public <E extends Throwable> Builder on(
        Class<E> type, Function<? super E, PlateauException> translator) {
      Function<Throwable, PlateauException> previous =
          translators.putIfAbsent(type, failure -> translator.apply(type.cast(failure)));
      if (previous != null) {
        throw new IllegalArgumentException(type.getName() + " is translated twice");
      }
      return this;
    }

    /** Adds every entry of {@code other}. */
    @CanIgnoreReturnValue
    public Builder addAll(ErrorTranslators other) {
      other.translators.forEach(
          (type, translator) -> {
            if (translators.putIfAbsent(type, translator) != null) {
              throw new IllegalArgumentException(type.getName() + " is translated twice");
            }
          });
      return this;
    }

    public ErrorTranslators build() {
      return new ErrorTranslators(translators);
    }
  }
}
