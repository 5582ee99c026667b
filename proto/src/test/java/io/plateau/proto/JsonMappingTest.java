package io.plateau.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.ErrorInfo;
import io.plateau.proto.common.v1.Point;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every message survives the way to JSON and back, with every field set and every oneof's choices
 * taken.
 */
class JsonMappingTest {
  private static final Contract CONTRACT = Contract.load();
  private static final TypeRegistry DETAILS =
      TypeRegistry.newBuilder().add(ErrorInfo.getDescriptor()).build();
  private static final JsonFormat.Printer PRINTER = JsonFormat.printer().usingTypeRegistry(DETAILS);
  private static final JsonFormat.Parser PARSER = JsonFormat.parser().usingTypeRegistry(DETAILS);

  @ParameterizedTest
  @MethodSource("topLevelMessages")
  void roundTrips(String name) throws InvalidProtocolBufferException {
    Message empty = generated(name);
    for (int choice = 0; choice < choices(empty.getDescriptorForType()); choice++) {
      Message full = new Filler(choice).fill(empty.newBuilderForType());
      Message.Builder read = empty.newBuilderForType();
      PARSER.merge(PRINTER.print(full), read);
      assertThat(read.build()).isEqualTo(full);
      assertThat(empty.getParserForType().parseFrom(full.toByteString())).isEqualTo(full);
    }
  }

  static List<String> topLevelMessages() {
    return CONTRACT.files().stream()
        .flatMap(f -> f.getMessageTypes().stream())
        .map(Descriptor::getFullName)
        .toList();
  }

  /** Without these the round trips above would show nothing. */
  @Test
  void coversTheMessagesThatProgramsKeep() {
    assertThat(topLevelMessages())
        .containsAll(
            Stream.of(
                    "trainer.v1.Training",
                    "trainer.v1.CheckpointPair",
                    "trainer.v1.TrainingEvent",
                    "interpolator.v1.PathSpec",
                    "interpolator.v1.PathItem",
                    "interpolator.v1.PathResult",
                    "interpolator.v1.Evaluation",
                    "interpolator.v1.Device",
                    "common.v1.ServerInfo")
                .map("plateau."::concat)
                .toList());
  }

  /** A field that JSON drops would be found: an emptied message differs from the full one. */
  @Test
  void fillsEveryField() {
    for (String name : topLevelMessages()) {
      Message empty = generated(name);
      Message full = new Filler(0).fill(empty.newBuilderForType());
      for (FieldDescriptor field : empty.getDescriptorForType().getFields()) {
        boolean set =
            field.isRepeated()
                ? full.getRepeatedFieldCount(field) > 0
                : isSetOrOtherChoice(full, field);
        assertThat(set).as(field.getFullName()).isTrue();
      }
    }
  }

  @Test
  void numbersThatAreNotFiniteSurvive() throws InvalidProtocolBufferException {
    Point point = Point.newBuilder().setLoss(Double.NaN).setError(Double.POSITIVE_INFINITY).build();
    String json = PRINTER.print(point);
    assertThat(json).contains("\"loss\": \"NaN\"").contains("\"error\": \"Infinity\"");
    Point.Builder read = Point.newBuilder();
    PARSER.merge(json, read);
    assertThat(read.build()).isEqualTo(point);
  }

  @Test
  void unknownFieldsAreRefused() {
    assertThatThrownBy(() -> PARSER.merge("{\"lossy\": 1}", Point.newBuilder()))
        .isInstanceOf(InvalidProtocolBufferException.class)
        .hasMessageContaining("lossy");
  }

  private static boolean isSetOrOtherChoice(Message message, FieldDescriptor field) {
    OneofDescriptor oneof = field.getRealContainingOneof();
    if (oneof != null) {
      return message.hasOneof(oneof);
    }
    return field.hasPresence()
        ? message.hasField(field)
        : !message.getField(field).equals(field.getDefaultValue());
  }

  private static Message generated(String name) {
    return CONTRACT.messages().stream()
        .filter(m -> m.getFullName().equals(name))
        .map(Contract::generated)
        .findFirst()
        .orElseThrow();
  }

  /** The most choices of any oneof in the message or in what it holds. */
  private static int choices(Descriptor message) {
    int own =
        message.getRealOneofs().stream().mapToInt(OneofDescriptor::getFieldCount).max().orElse(1);
    int held =
        message.getFields().stream()
            .map(Contract::valueOf)
            .filter(f -> f.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
            .map(FieldDescriptor::getMessageType)
            .filter(Contract::isOwn)
            .mapToInt(JsonMappingTest::choices)
            .max()
            .orElse(1);
    return Math.max(own, held);
  }

  /**
   * Sets every field to something else than its default; of a oneof, the member that {@code choice}
   * picks.
   */
  private static final class Filler {
    private final int choice;
    private int next = 1;

    Filler(int choice) {
      this.choice = choice;
    }

    Message fill(Message.Builder builder) {
      for (FieldDescriptor field : builder.getDescriptorForType().getFields()) {
        OneofDescriptor oneof = field.getRealContainingOneof();
        if (oneof != null && oneof.getField(choice % oneof.getFieldCount()) != field) {
          continue;
        }
        if (field.isMapField()) {
          Message.Builder entry = builder.newBuilderForField(field);
          builder.addRepeatedField(field, fill(entry));
        } else if (field.isRepeated()) {
          IntStream.range(0, 2)
              .forEach(i -> builder.addRepeatedField(field, value(builder, field)));
        } else {
          builder.setField(field, value(builder, field));
        }
      }
      return builder.build();
    }

    private Object value(Message.Builder builder, FieldDescriptor field) {
      int number = next++;
      return switch (field.getJavaType()) {
        case INT -> number;
        case LONG -> (1L << 53) + number;
        case FLOAT -> number / 8f;
        case DOUBLE -> number / 3.0;
        case BOOLEAN -> true;
        case STRING -> "\u00e9 \"" + number;
        case BYTE_STRING -> ByteString.copyFrom(new byte[] {(byte) number, -1, 0});
        case ENUM -> {
          int values = field.getEnumType().getValues().size();
          yield field.getEnumType().getValues().get(1 + number % (values - 1));
        }
        case MESSAGE -> message(builder, field, number);
      };
    }

    private Message message(Message.Builder builder, FieldDescriptor field, int number) {
      return switch (field.getMessageType().getFullName()) {
        case "google.protobuf.Timestamp" ->
            Timestamp.newBuilder().setSeconds(1_700_000_000L + number).setNanos(5).build();
        case "google.protobuf.Duration" ->
            Duration.newBuilder().setSeconds(number).setNanos(250_000_000).build();
        case "google.protobuf.Any" ->
            Any.pack(ErrorInfo.newBuilder().setDomain("plateau").setReason("INTERNAL").build());
        default -> fill(builder.newBuilderForField(field));
      };
    }
  }
}
