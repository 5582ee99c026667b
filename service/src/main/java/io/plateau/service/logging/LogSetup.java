package io.plateau.service.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.plateau.service.configuration.Configuration;
import io.plateau.service.request.RequestId;
import java.io.OutputStream;
import java.util.List;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Sets the log of the whole process. Only a main class may call it: a program that embeds a server
 * keeps its own log.
 */
public final class LogSetup {
  private LogSetup() {}

  /** Applies {@link LogKeys} to this process, with the lines on standard error. */
  public static void apply(Configuration configuration) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    configure(
        context,
        configuration.get(LogKeys.FORMAT),
        Level.convertAnSLF4JLevel(configuration.get(LogKeys.LEVEL)),
        System.err);
    // gRPC and the Prometheus client log by java.util.logging.
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }

  static void configure(
      LoggerContext context, LogFormat format, Level level, OutputStream destination) {
    context.reset();
    Encoder<ILoggingEvent> encoder =
        switch (format) {
          case TEXT -> text(context);
          case JSON -> json(context);
        };
    OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
    appender.setContext(context);
    appender.setName("log");
    appender.setEncoder(encoder);
    appender.setOutputStream(destination);
    appender.start();
    // They log a stack trace for every client that leaves a stream early or sends too much, which a
    // client could fill the disk with; the call's own line tells it.
    for (String transport : List.of("NettyServerHandler", "NettyServerStream")) {
      context.getLogger("io.grpc.netty.shaded.io.grpc.netty." + transport).setLevel(Level.ERROR);
    }
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(level);
    root.addAppender(appender);
  }

  private static Encoder<ILoggingEvent> text(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(
        "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{36} %msg %kvp%replace("
            + " request_id=%X{"
            + RequestId.LOG_FIELD
            + "}){' request_id=$', ''}%n");
    encoder.start();
    return encoder;
  }

  private static Encoder<ILoggingEvent> json(LoggerContext context) {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithSequenceNumber(false);
    encoder.setWithContext(false);
    encoder.setWithArguments(false);
    encoder.setWithMessage(false);
    encoder.setWithFormattedMessage(true);
    encoder.start();
    return encoder;
  }
}
