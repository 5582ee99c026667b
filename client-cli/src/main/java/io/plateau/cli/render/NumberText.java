package io.plateau.cli.render;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/**
 * Numbers as a person reads them: '.' as the decimal mark in every locale, no more digits than are
 * worth reading.
 */
public final class NumberText {
  private NumberText() {}

  /**
   * Rounds to significant digits and drops trailing zeros; very small and very large numbers get an
   * exponent.
   *
   * @param digits at least 1
   */
  public static String significant(double value, int digits) {
    if (!Double.isFinite(value)) {
      return nonFinite(value);
    }
    if (value == 0) {
      return "0";
    }
    double size = Math.abs(value);
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits)).stripTrailingZeros();
    if (size >= 1e-4 && size < 1e7) {
      return rounded.toPlainString();
    }
    String exponent = String.format(Locale.ROOT, "%." + (digits - 1) + "e", value);
    int mark = exponent.indexOf('e');
    String mantissa = exponent.substring(0, mark);
    if (mantissa.indexOf('.') >= 0) {
      mantissa = mantissa.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
    return mantissa + "e" + Integer.parseInt(exponent.substring(mark + 1));
  }

  /** Rounds to a fixed number of decimals; a value that rounds to zero has no sign. */
  public static String fixed(double value, int decimals) {
    if (!Double.isFinite(value)) {
      return nonFinite(value);
    }
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    return text.startsWith("-") && text.chars().allMatch(c -> c == '-' || c == '0' || c == '.')
        ? text.substring(1)
        : text;
  }

  /** An alpha, a share or a normalized area: three decimals. */
  public static String share(double value) {
    return fixed(value, 3);
  }

  /** A whole number with a narrow group mark, such as 10,000. */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String nonFinite(double value) {
    return Double.isNaN(value) ? "NaN" : value > 0 ? "infinite" : "-infinite";
  }
}
