package io.plateau.service.database;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A JDBC URL taken apart: the dialect, an address that is safe to show, and the credentials kept
 * out of it.
 */
record JdbcUrl(boolean embedded, String address, String user, String password) {
  private static final String H2 = "jdbc:h2:";
  private static final String POSTGRESQL = "jdbc:postgresql:";

  /**
   * The settings of every embedded database.
   *
   * <p>{@code WRITE_DELAY=0}: a commit is in the file when it returns. (With a delay, a forced
   * checkpoint can return while another thread still writes the commit that it was to force.)
   * {@code DB_CLOSE_ON_EXIT}: SIGTERM must not close the file under jobs that are still saving.
   * {@code LOCK_TIMEOUT}: writers of one row wait for each other.
   */
  private static final String H2_SETTINGS =
      ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH"
          + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=10000";

  static JdbcUrl parse(String url) {
    if (url.startsWith(H2)) {
      return embeddedFile(url);
    }
    if (url.startsWith(POSTGRESQL)) {
      return postgresql(url);
    }
    throw unsupported(
        "database URL '" + withoutOptions(url) + "' must start with " + H2 + " or " + POSTGRESQL);
  }

  /** The URL up to its options: what may be shown and logged. */
  static String withoutOptions(String url) {
    int end = url.length();
    for (int i = 0; i < url.length(); i++) {
      if (url.charAt(i) == '?' || url.charAt(i) == ';') {
        end = i;
        break;
      }
    }
    String address = url.substring(0, end);
    int at = address.lastIndexOf('@');
    int slashes = address.indexOf("//");
    return slashes >= 0 && at > slashes
        ? address.substring(0, slashes + 2) + address.substring(at + 1)
        : address;
  }

  private static JdbcUrl embeddedFile(String url) {
    if (url.indexOf(';') >= 0) {
      throw unsupported(
          "database URL '"
              + withoutOptions(url)
              + "' must not carry settings after ';': Plateau sets what its data needs");
    }
    String path = url.substring(H2.length());
    if (path.startsWith("file:")) {
      path = path.substring("file:".length());
    }
    if (path.startsWith("~/")) {
      path = System.getProperty("user.home") + path.substring(1);
    }
    if (path.isEmpty() || path.matches("[a-z]{2,}:.*")) {
      throw unsupported(
          "database URL '"
              + url
              + "' must name a file: jdbc:h2:PATH (only embedded files are used)");
    }
    Path file = Path.of(path).toAbsolutePath().normalize();
    // The async file system: an interrupted thread doesn't close the file under all the others.
    return new JdbcUrl(true, H2 + "async:" + file + H2_SETTINGS, "sa", "");
  }

  private static JdbcUrl postgresql(String url) {
    int question = url.indexOf('?');
    if (question < 0) {
      return new JdbcUrl(false, url, "", "");
    }
    Map<String, String> options = new LinkedHashMap<>();
    for (String option : url.substring(question + 1).split("&", -1)) {
      int equals = option.indexOf('=');
      if (equals > 0) {
        options.put(option.substring(0, equals), option.substring(equals + 1));
      }
    }
    String user = decode(options.remove("user"));
    String password = decode(options.remove("password"));
    StringBuilder rest = new StringBuilder(url.substring(0, question));
    char separator = '?';
    for (Map.Entry<String, String> option : options.entrySet()) {
      rest.append(separator).append(option.getKey()).append('=').append(option.getValue());
      separator = '&';
    }
    return new JdbcUrl(false, rest.toString(), user, password);
  }

  private static String decode(String value) {
    return value == null ? "" : URLDecoder.decode(value, StandardCharsets.UTF_8);
  }

  private static DatabaseException unsupported(String message) {
    return new DatabaseException(DatabaseException.Reason.URL_UNSUPPORTED, message, null);
  }

  /** Shows no credentials. */
  @Override
  public String toString() {
    return withoutOptions(address);
  }
}
