package io.plateau.service.translation;

import java.util.regex.Pattern;

/** SHA-256 digests: the contract writes the algorithm before the hexadecimal digits. */
public final class DigestTranslation {
  private static final String ALGORITHM = "sha256:";
  private static final Pattern SHA256 = Pattern.compile(ALGORITHM + "[0-9a-f]{64}");

  private DigestTranslation() {}

  /** The 64 digits alone. */
  public static String toCore(String digest, RequestField field) {
    if (!SHA256.matcher(digest).matches()) {
      throw field.invalid("is not " + ALGORITHM + " and 64 lower-case hexadecimal digits");
    }
    return digest.substring(ALGORITHM.length());
  }

  /**
   * The digest with its algorithm.
   *
   * @param sha256 64 lower-case hexadecimal digits
   */
  public static String toProto(String sha256) {
    return ALGORITHM + sha256;
  }
}
