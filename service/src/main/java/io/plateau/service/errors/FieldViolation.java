package io.plateau.service.errors;

import static java.util.Objects.requireNonNull;

/**
 * One field that is wrong.
 *
 * @param field path of the field in the request, such as {@code training.network.layers[2].width}
 * @param description what is wrong and what is allowed
 */
public record FieldViolation(String field, String description) {
  public FieldViolation {
    requireNonNull(field, "field");
    requireNonNull(description, "description");
  }
}
