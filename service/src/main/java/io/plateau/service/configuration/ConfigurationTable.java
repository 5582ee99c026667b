package io.plateau.service.configuration;

/** Writes a catalogue as the table that stands in the documentation. */
public final class ConfigurationTable {
  private ConfigurationTable() {}

  /** A Markdown table: key, environment variable, type, allowed values, default, meaning. */
  public static String markdown(ConfigurationCatalogue catalogue) {
    StringBuilder table = new StringBuilder();
    table.append("| key | environment | type | allowed | default | meaning |\n");
    table.append("| --- | --- | --- | --- | --- | --- |\n");
    for (ConfigurationKey<?> key : catalogue.keys()) {
      table
          .append("| `")
          .append(key.name())
          .append("` | `")
          .append(key.environmentName())
          .append("` | ")
          .append(key.isSecret() ? key.type() + ", secret" : key.type())
          .append(" | ")
          .append(cell(key.allowed()))
          .append(" | ")
          .append(key.defaultText().isEmpty() ? "(none)" : "`" + cell(key.defaultText()) + "`")
          .append(" | ")
          .append(cell(key.description()))
          .append(" |\n");
    }
    return table.toString();
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }
}
