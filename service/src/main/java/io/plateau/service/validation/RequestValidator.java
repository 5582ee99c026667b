package io.plateau.service.validation;

import build.buf.protovalidate.ValidationResult;
import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.Violation;
import build.buf.protovalidate.exceptions.ValidationException;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import java.util.List;

/**
 * Checks messages against the rules of their proto. Building one compiles the rule language's
 * environment, so a process builds a single one and hands it to every server in it.
 */
public final class RequestValidator {
  private final Validator validator = ValidatorFactory.newBuilder().build();

  /**
   * Compiles the rules of every request of {@code services}, so that no caller waits for it and a
   * rule that can't be compiled stops the start.
   */
  public void warmUp(Iterable<ServerServiceDefinition> services) {
    for (ServerServiceDefinition service : services) {
      for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
        if (method.getMethodDescriptor().getRequestMarshaller()
                instanceof MethodDescriptor.PrototypeMarshaller<?> marshaller
            && marshaller.getMessagePrototype() instanceof Message prototype) {
          run(prototype);
        }
      }
    }
  }

  /**
   * Checks one message.
   *
   * @throws PlateauException {@link Reason#REQUEST_INVALID} with every field that breaks a rule
   */
  public void check(Message message) {
    ValidationResult result = run(message);
    if (result.isSuccess()) {
      return;
    }
    List<Violation> violations = result.getViolations();
    PlateauException.Builder failure =
        PlateauException.builder(Reason.REQUEST_INVALID, summary(violations));
    for (Violation violation : violations) {
      failure.field(path(violation), violation.toProto().getMessage());
    }
    throw failure.build();
  }

  private ValidationResult run(Message message) {
    try {
      return validator.validate(message);
    } catch (ValidationException defect) {
      throw new IllegalStateException(
          "The rules of " + message.getDescriptorForType().getFullName() + " can't be evaluated",
          defect);
    }
  }

  private static String summary(List<Violation> violations) {
    Violation first = violations.get(0);
    String path = path(first);
    String text = (path.isEmpty() ? "" : path + ": ") + first.toProto().getMessage();
    int others = violations.size() - 1;
    return switch (others) {
      case 0 -> text;
      case 1 -> text + " (and 1 other field)";
      default -> text + " (and " + others + " other fields)";
    };
  }

  private static String path(Violation violation) {
    return FieldPaths.format(violation.toProto().getField());
  }
}
