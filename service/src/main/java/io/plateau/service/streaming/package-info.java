/**
 * Server streams that go at the client's pace: a bounded ring between the thread that produces and
 * the connection that sends.
 *
 * <p>May import {@code errors}, {@code request} and gRPC; nothing else of ours.
 */
package io.plateau.service.streaming;
