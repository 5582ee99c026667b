package io.plateau.proto;

import build.buf.validate.FieldRules;
import build.buf.validate.OneofRules;
import build.buf.validate.ValidateProto;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The contract as a client gets it: the descriptor set in the jar, linked, with its comments. */
final class Contract {
  private static final String RESOURCE = "/plateau.protoset";
  private static final String OWN_PACKAGES = "plateau.";

  private final FileDescriptorSet set;
  private final List<FileDescriptor> files;
  private final Map<String, String> comments;

  private Contract(FileDescriptorSet set, List<FileDescriptor> files) {
    this.set = set;
    this.files = files;
    this.comments = commentsOf(set);
  }

  /** The contract of this build. */
  static Contract load() {
    ExtensionRegistry registry = ExtensionRegistry.newInstance();
    ValidateProto.registerAllExtensions(registry);
    try (InputStream in = Contract.class.getResourceAsStream(RESOURCE)) {
      return of(FileDescriptorSet.parseFrom(in, registry));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same contract with one file changed: what a rule must find. */
  Contract with(String file, Consumer<FileDescriptorProto.Builder> change) {
    FileDescriptorSet.Builder changed = set.toBuilder();
    changed.getFileBuilderList().stream()
        .filter(f -> f.getName().equals(file))
        .findFirst()
        .ifPresentOrElse(
            change,
            () -> {
              throw new IllegalArgumentException("no file " + file);
            });
    return of(changed.build());
  }

  private static Contract of(FileDescriptorSet set) {
    Map<String, FileDescriptor> linked = new LinkedHashMap<>();
    for (FileDescriptorProto file : set.getFileList()) {
      FileDescriptor[] imports =
          file.getDependencyList().stream().map(linked::get).toArray(FileDescriptor[]::new);
      try {
        linked.put(file.getName(), FileDescriptor.buildFrom(file, imports));
      } catch (DescriptorValidationException e) {
        throw new IllegalArgumentException(e);
      }
    }
    return new Contract(
        set,
        linked.values().stream().filter(f -> f.getPackage().startsWith(OWN_PACKAGES)).toList());
  }

  /** The contract's own files. */
  List<FileDescriptor> files() {
    return files;
  }

  /** Every message, nested ones included, map entries left out. */
  List<Descriptor> messages() {
    return files.stream()
        .flatMap(f -> f.getMessageTypes().stream())
        .flatMap(Contract::withNested)
        .toList();
  }

  /** Every enumeration, nested ones included. */
  List<EnumDescriptor> enums() {
    return Stream.concat(
            files.stream().flatMap(f -> f.getEnumTypes().stream()),
            messages().stream().flatMap(m -> m.getEnumTypes().stream()))
        .toList();
  }

  /** Every service. */
  List<ServiceDescriptor> services() {
    return files.stream().flatMap(f -> f.getServices().stream()).toList();
  }

  /** Every method of every service. */
  List<MethodDescriptor> methods() {
    return services().stream().flatMap(s -> s.getMethods().stream()).toList();
  }

  /** The contract's own messages that a client can send: requests and all that they hold. */
  Set<Descriptor> sent() {
    Set<Descriptor> found = new LinkedHashSet<>();
    Deque<Descriptor> left = new ArrayDeque<>();
    methods().forEach(m -> left.add(m.getInputType()));
    while (!left.isEmpty()) {
      Descriptor message = left.remove();
      if (isOwn(message) && found.add(message)) {
        for (FieldDescriptor field : message.getFields()) {
          FieldDescriptor value = valueOf(field);
          if (value.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            left.add(value.getMessageType());
          }
        }
      }
    }
    return found;
  }

  /** The comment above an element, blank if there is none; elements as in {@link #comments()}. */
  String comment(String fullName) {
    return comments.getOrDefault(fullName, "");
  }

  /**
   * Full name and comment of every message, enumeration, value, field, oneof, service and method.
   */
  Map<String, String> comments() {
    return comments;
  }

  /** The generated class's default instance of a message of this contract. */
  static Message generated(Descriptor message) {
    StringBuilder name = new StringBuilder(message.getName());
    for (Descriptor outer = message.getContainingType();
        outer != null;
        outer = outer.getContainingType()) {
      name.insert(0, outer.getName() + "$");
    }
    String javaPackage = message.getFile().getOptions().getJavaPackage();
    try {
      return (Message)
          Class.forName(javaPackage + "." + name).getMethod("getDefaultInstance").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The rules of a field. */
  static FieldRules rules(FieldDescriptor field) {
    return field.getOptions().getExtension(ValidateProto.field);
  }

  /** The rules of a oneof. */
  static OneofRules rules(OneofDescriptor oneof) {
    return oneof.getOptions().getExtension(ValidateProto.oneof);
  }

  /** The field itself, or the value of a map. */
  static FieldDescriptor valueOf(FieldDescriptor field) {
    return field.isMapField() ? field.getMessageType().findFieldByName("value") : field;
  }

  /** Whether a message is this contract's own. */
  static boolean isOwn(Descriptor message) {
    return message.getFile().getPackage().startsWith(OWN_PACKAGES);
  }

  private static Stream<Descriptor> withNested(Descriptor message) {
    return Stream.concat(
        Stream.of(message),
        message.getNestedTypes().stream()
            .filter(m -> !m.getOptions().getMapEntry())
            .flatMap(Contract::withNested));
  }

  private static Map<String, String> commentsOf(FileDescriptorSet set) {
    Map<String, String> comments = new LinkedHashMap<>();
    for (FileDescriptorProto file : set.getFileList()) {
      if (file.getPackage().startsWith(OWN_PACKAGES)) {
        new CommentWalk(file, comments).walk();
      }
    }
    return comments;
  }

  /** Walks a file by the paths that its source information uses. */
  private static final class CommentWalk {
    private final FileDescriptorProto file;
    private final Map<String, String> comments;
    private final Map<List<Integer>, String> byPath = new LinkedHashMap<>();

    CommentWalk(FileDescriptorProto file, Map<String, String> comments) {
      this.file = file;
      this.comments = comments;
      for (SourceCodeInfo.Location location : file.getSourceCodeInfo().getLocationList()) {
        byPath.put(location.getPathList(), location.getLeadingComments().strip());
      }
    }

    void walk() {
      for (int i = 0; i < file.getMessageTypeCount(); i++) {
        message(
            file.getMessageType(i),
            file.getPackage(),
            List.of(FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER, i));
      }
      for (int i = 0; i < file.getEnumTypeCount(); i++) {
        enumeration(
            file.getEnumType(i),
            file.getPackage(),
            List.of(FileDescriptorProto.ENUM_TYPE_FIELD_NUMBER, i));
      }
      for (int i = 0; i < file.getServiceCount(); i++) {
        service(file.getService(i), List.of(FileDescriptorProto.SERVICE_FIELD_NUMBER, i));
      }
    }

    private void message(DescriptorProto message, String scope, List<Integer> path) {
      if (message.getOptions().getMapEntry()) {
        return;
      }
      String name = put(scope, message.getName(), path);
      for (int i = 0; i < message.getFieldCount(); i++) {
        put(
            name,
            message.getField(i).getName(),
            below(path, DescriptorProto.FIELD_FIELD_NUMBER, i));
      }
      for (int i = 0; i < message.getOneofDeclCount(); i++) {
        int oneof = i;
        boolean synthetic =
            message.getFieldList().stream()
                .anyMatch(
                    f -> f.hasOneofIndex() && f.getOneofIndex() == oneof && f.getProto3Optional());
        if (!synthetic) {
          put(
              name,
              message.getOneofDecl(i).getName(),
              below(path, DescriptorProto.ONEOF_DECL_FIELD_NUMBER, i));
        }
      }
      for (int i = 0; i < message.getNestedTypeCount(); i++) {
        message(
            message.getNestedType(i),
            name,
            below(path, DescriptorProto.NESTED_TYPE_FIELD_NUMBER, i));
      }
      for (int i = 0; i < message.getEnumTypeCount(); i++) {
        enumeration(
            message.getEnumType(i), name, below(path, DescriptorProto.ENUM_TYPE_FIELD_NUMBER, i));
      }
    }

    private void enumeration(EnumDescriptorProto enumeration, String scope, List<Integer> path) {
      String name = put(scope, enumeration.getName(), path);
      for (int i = 0; i < enumeration.getValueCount(); i++) {
        put(
            name,
            enumeration.getValue(i).getName(),
            below(path, EnumDescriptorProto.VALUE_FIELD_NUMBER, i));
      }
    }

    private void service(ServiceDescriptorProto service, List<Integer> path) {
      String name = put(file.getPackage(), service.getName(), path);
      for (int i = 0; i < service.getMethodCount(); i++) {
        put(
            name,
            service.getMethod(i).getName(),
            below(path, ServiceDescriptorProto.METHOD_FIELD_NUMBER, i));
      }
    }

    private String put(String scope, String simpleName, List<Integer> path) {
      String name = scope + "." + simpleName;
      comments.put(name, byPath.getOrDefault(path, ""));
      return name;
    }

    private static List<Integer> below(List<Integer> path, int field, int index) {
      List<Integer> below = new ArrayList<>(path);
      below.add(field);
      below.add(index);
      return List.copyOf(below);
    }
  }
}
