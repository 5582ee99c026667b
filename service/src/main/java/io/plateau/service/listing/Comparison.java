package io.plateau.service.listing;

import java.util.Optional;

/** How a field stands to a value. */
public enum Comparison {
  EQUAL("="),
  NOT_EQUAL("!="),
  LESS("<"),
  LESS_OR_EQUAL("<="),
  GREATER(">"),
  GREATER_OR_EQUAL(">=");

  private final String sign;

  Comparison(String sign) {
    this.sign = sign;
  }

  /** As filters write it. */
  public String sign() {
    return sign;
  }

  /** As SQL writes it. */
  String sql() {
    return this == NOT_EQUAL ? "<>" : sign;
  }

  boolean orders() {
    return this != EQUAL && this != NOT_EQUAL;
  }

  static Optional<Comparison> of(String sign) {
    for (Comparison comparison : values()) {
      if (comparison.sign.equals(sign)) {
        return Optional.of(comparison);
      }
    }
    return Optional.empty();
  }
}
