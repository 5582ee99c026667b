package io.plateau.cli.render;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;

/**
 * The protobuf JSON mapping of a public message. Numbers that happen to be 0 are written too: an
 * error of 0 is a result, not an absent one. What is absent by the contract stays absent.
 */
public final class JsonText {
  private JsonText() {}

  /** With line ends and indentation, for people. */
  public static String indented(Message message) {
    return print(JsonFormat.printer().alwaysPrintFieldsWithNoPresence(), message);
  }

  /** In one line, for NDJSON. */
  public static String line(Message message) {
    return print(
        JsonFormat.printer().alwaysPrintFieldsWithNoPresence().omittingInsignificantWhitespace(),
        message);
  }

  private static String print(JsonFormat.Printer printer, Message message) {
    try {
      return printer.print(message);
    } catch (InvalidProtocolBufferException e) {
      // Only an Any of an unknown type fails, and only errors that a server gave can hold one.
      throw new IllegalArgumentException(
          "the message holds a part that this program does not know", e);
    }
  }
}
