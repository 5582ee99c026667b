package io.plateau.core.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One value of a JSON document, with the path that leads to it. Whatever is not as asked for is
 * refused under that path.
 *
 * @param document names the document in errors
 * @param path of this value; empty for the root
 */
record JsonField(String document, String path, JsonNode node) {

  /** This value, which must be an object. */
  JsonField object() {
    if (!node.isObject()) {
      throw error("must be an object");
    }
    return this;
  }

  /** This value, which must be an object without unknown members. */
  JsonField object(Set<String> known) {
    object();
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw child(shortened(name))
                    .error("is not a known field; known are " + known.stream().sorted().toList());
              }
            });
    return this;
  }

  /** A member that must be there. */
  JsonField member(String name) {
    return optional(name).orElseThrow(() -> child(name).error("is missing"));
  }

  /** A member that may be missing or null. */
  Optional<JsonField> optional(String name) {
    JsonNode member = node.path(name);
    return member.isMissingNode() || member.isNull()
        ? Optional.empty()
        : Optional.of(new JsonField(document, childPath(name), member));
  }

  /** All members of an object with free names. */
  Map<String, JsonField> members(int most) {
    object();
    requireSize(most);
    Map<String, JsonField> members = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      members.put(
          entry.getKey(),
          new JsonField(document, childPath(shortened(entry.getKey())), entry.getValue()));
    }
    return members;
  }

  /** The entries of an array. */
  List<JsonField> elements(int most) {
    if (!node.isArray()) {
      throw error("must be an array");
    }
    requireSize(most);
    List<JsonField> elements = new ArrayList<>(node.size());
    for (JsonNode element : node) {
      elements.add(new JsonField(document, path + "[" + elements.size() + "]", element));
    }
    return elements;
  }

  boolean isNull() {
    return node.isNull();
  }

  int integer() {
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw error("must be an integer of 32 bits");
    }
    return node.intValue();
  }

  long longInteger() {
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw error("must be an integer of 64 bits");
    }
    return node.longValue();
  }

  boolean bool() {
    if (!node.isBoolean()) {
      throw error("must be true or false");
    }
    return node.booleanValue();
  }

  /** A number that is finite. */
  double finite() {
    if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
      throw error("must be a number");
    }
    return node.doubleValue();
  }

  /** A number, or one of the texts NaN, Infinity and -Infinity. */
  double number() {
    if (node.isTextual()) {
      return switch (node.textValue()) {
        case "NaN" -> Double.NaN;
        case "Infinity" -> Double.POSITIVE_INFINITY;
        case "-Infinity" -> Double.NEGATIVE_INFINITY;
        default -> throw error("must be a number, \"NaN\", \"Infinity\" or \"-Infinity\"");
      };
    }
    return finite();
  }

  String text(int most) {
    if (!node.isTextual()) {
      throw error("must be a text");
    }
    String text = node.textValue();
    if (text.length() > most) {
      throw error("has " + text.length() + " characters; the limit is " + most);
    }
    return text;
  }

  CheckpointException error(String problem) {
    return new CheckpointException(
        CheckpointException.Reason.CORRUPT,
        document + ": " + (path.isEmpty() ? "" : path + ": ") + problem);
  }

  /** An error whose text begins with the name of a member of this value. */
  CheckpointException errorBelow(String memberAndProblem) {
    return new CheckpointException(
        CheckpointException.Reason.CORRUPT, document + ": " + childPath(memberAndProblem));
  }

  private JsonField child(String name) {
    return new JsonField(document, childPath(name), node);
  }

  private String childPath(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private void requireSize(int most) {
    if (node.size() > most) {
      throw error("has " + node.size() + " entries; the limit is " + most);
    }
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }
}
