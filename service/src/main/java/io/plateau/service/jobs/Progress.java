package io.plateau.service.jobs;

import com.google.protobuf.ByteString;

/**
 * How far a job is.
 *
 * @param fraction 0 to 1
 * @param detail the handler's own words
 */
record Progress(double fraction, ByteString detail) {}
