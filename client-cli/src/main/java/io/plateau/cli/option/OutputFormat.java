package io.plateau.cli.option;

/** Forms of a command's data on standard output. */
public enum OutputFormat {
  /** For people. */
  table,
  /** One JSON document: the protobuf JSON mapping of a public message. */
  json,
  /** One JSON document a line and item. */
  ndjson,
  /** Comma-separated values with a header. */
  csv
}
