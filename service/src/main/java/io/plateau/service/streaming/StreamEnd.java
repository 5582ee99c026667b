package io.plateau.service.streaming;

/** Why a stream takes no more messages. */
public enum StreamEnd {
  /** The producer said it was done. */
  COMPLETED,
  /** The producer failed. */
  FAILED,
  /** The client cancelled, or its connection is gone. */
  CANCELLED,
  /** The client's deadline passed. */
  DEADLINE_EXCEEDED,
  /** The server is shutting down. */
  SHUTTING_DOWN,
  /** The producer's thread was interrupted while it waited for the client. */
  INTERRUPTED
}
