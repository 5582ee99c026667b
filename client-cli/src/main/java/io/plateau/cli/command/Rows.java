package io.plateau.cli.command;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.plateau.cli.option.OutputFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Lists of messages on standard output: a table or CSV of chosen columns, or the messages whole as
 * JSON.
 */
final class Rows<M extends Message> {
  /** A column: its header and its text. */
  private record Column<M>(String header, Function<M, String> text) {}

  private final List<Column<M>> columns = new ArrayList<>();

  Rows<M> column(String header, Function<M, String> text) {
    columns.add(new Column<>(header, text));
    return this;
  }

  /** Prints the list in a form; {@code list} is the response that holds it, for JSON. */
  void print(List<M> messages, Message list, OutputFormat format) {
    switch (format) {
      case json -> System.out.println(json(list, false));
      case ndjson -> messages.forEach(message -> System.out.println(json(message, true)));
      case csv -> {
        System.out.println(String.join(",", columns.stream().map(Column::header).toList()));
        for (M message : messages) {
          System.out.println(
              String.join(
                  ",",
                  columns.stream().map(column -> quoted(column.text().apply(message))).toList()));
        }
      }
      case table -> table(messages);
    }
  }

  /** The protobuf JSON mapping. */
  static String json(Message message, boolean oneLine) {
    try {
      JsonFormat.Printer printer = JsonFormat.printer().alwaysPrintFieldsWithNoPresence();
      return (oneLine ? printer.omittingInsignificantWhitespace() : printer).print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private void table(List<M> messages) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(columns.stream().map(Column::header).toList());
    for (M message : messages) {
      rows.add(columns.stream().map(column -> column.text().apply(message)).toList());
    }
    int[] widths = new int[columns.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      System.out.println(line.toString().stripTrailing());
    }
  }

  private static String quoted(String text) {
    return text.matches("[^,\"\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
