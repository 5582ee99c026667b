package io.plateau.service.translation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Messages from and to JSON, and refusals that name a field. */
final class Messages {
  static final RequestField SPEC = RequestField.REQUEST.child("spec");

  private Messages() {}

  /** Reads protobuf JSON, quotes written as apostrophes. */
  @SuppressWarnings("unchecked")
  static <M extends Message> M read(String json, M prototype) {
    Message.Builder message = prototype.newBuilderForType();
    try {
      JsonFormat.parser().merge(json.replace('\'', '"'), message);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(json, e);
    }
    return (M) message.build();
  }

  static String json(MessageOrBuilder message) {
    try {
      return JsonFormat.printer().print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  static JsonNode tree(MessageOrBuilder message) {
    try {
      return new ObjectMapper().readTree(json(message));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void assertRefused(ThrowingCallable call, Reason reason, String field) {
    PlateauException refusal = catchThrowableOfType(PlateauException.class, call);
    assertThat(refusal).as("refusal at %s", field).isNotNull();
    assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(reason);
    assertThat(refusal.fieldViolations())
        .as(refusal.getMessage())
        .singleElement()
        .satisfies(violation -> assertThat(violation.field()).isEqualTo(field))
        .satisfies(violation -> assertThat(violation.description()).isNotBlank());
    assertThat(refusal).hasMessageStartingWith(field + ": ");
  }
}
