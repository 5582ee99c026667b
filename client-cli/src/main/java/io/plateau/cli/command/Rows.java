package io.plateau.cli.command;

import com.google.protobuf.Message;
import de.siegmar.fastcsv.writer.CsvWriter;
import io.plateau.cli.option.OutputFormat;
import io.plateau.cli.render.JsonText;
import io.plateau.cli.render.TextTable;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
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
      case csv -> csv(messages);
      case table -> table(messages);
    }
  }

  /** The protobuf JSON mapping. */
  static String json(Message message, boolean oneLine) {
    return oneLine ? JsonText.line(message) : JsonText.indented(message);
  }

  private void table(List<M> messages) {
    TextTable table = new TextTable(columns.stream().map(Column::header).toList());
    for (M message : messages) {
      table.row(columns.stream().map(column -> column.text().apply(message)).toList());
    }
    try {
      table.write(System.out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void csv(List<M> messages) {
    StringWriter text = new StringWriter();
    try (CsvWriter writer = CsvWriter.builder().build(text)) {
      writer.writeRecord(columns.stream().map(Column::header).toList());
      for (M message : messages) {
        writer.writeRecord(columns.stream().map(column -> column.text().apply(message)).toList());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.out.print(text);
  }
}
