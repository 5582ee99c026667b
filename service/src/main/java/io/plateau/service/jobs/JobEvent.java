package io.plateau.service.jobs;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.Optional;

/**
 * One entry of a job's history: a change of state, written with the change itself, or an event that
 * the handler emitted.
 *
 * @param number 1, 2, 3, ... within the job, without gaps
 * @param time when it was written
 * @param attempt the attempt during which it was written; 0 before the first
 * @param state the new state, where this is a change of state
 * @param payload the handler's bytes; for a change of state the error that came with it, empty if
 *     none did
 */
public record JobEvent(
    long number, Instant time, int attempt, Optional<JobState> state, ByteString payload) {}
