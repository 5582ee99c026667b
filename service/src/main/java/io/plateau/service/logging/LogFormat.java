package io.plateau.service.logging;

/** How a log line is written. */
public enum LogFormat {
  /** One line for people. */
  TEXT,
  /** One JSON object a line, request id and key-value pairs as members. */
  JSON
}
