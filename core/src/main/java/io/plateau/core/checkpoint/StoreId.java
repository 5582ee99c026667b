package io.plateau.core.checkpoint;

import java.util.regex.Pattern;

/** The form of ids of pairs and trainings: safe as a file name everywhere and as part of a URI. */
public final class StoreId {
  private static final Pattern FORM = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

  private StoreId() {}

  /**
   * Whether a text is 1 to 63 lower-case letters, digits and hyphens, a letter or digit at both
   * ends.
   */
  public static boolean isValid(String id) {
    return FORM.matcher(id).matches();
  }

  /**
   * The id itself.
   *
   * @throws CheckpointException INVALID_REQUEST for anything else
   */
  public static String require(String field, String id) {
    if (!isValid(id)) {
      throw new CheckpointException(
          CheckpointException.Reason.INVALID_REQUEST,
          field
              + ": '"
              + (id.length() <= 80 ? id : id.substring(0, 80) + "…")
              + "' is not an id; give 1 to 63 lower-case letters, digits and hyphens, with a letter"
              + " or digit at both ends");
    }
    return id;
  }
}
