package io.plateau.core.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The JSON of an architecture, in manifests and in {@code architecture.json}: {@code {"input": [C,
 * H, W] or [D], "classes": k, "layers": [...]}} with the layer types {@code dense} (out), {@code
 * conv2d} (out, kernel, padding), {@code relu}, {@code tanh}, {@code max_pool2d} (kernel) and
 * {@code flatten}. Dense and convolution layers may carry {@code bias} (zero_init, none or frozen;
 * zero_init if left out), {@code initializer} and {@code init_scale}. Unknown fields are refused.
 */
public final class NetworkJson {
  private NetworkJson() {}

  /**
   * Reads an architecture.
   *
   * @throws NetworkException naming the field at fault
   */
  public static NetworkSpec read(JsonNode json) {
    requireFields(json, "architecture", Set.of("input", "classes", "layers"));
    List<Integer> input = new ArrayList<>();
    for (JsonNode dimension : requireArray(json, "input")) {
      input.add(requireInteger(dimension, "input"));
    }
    List<Layer> layers = new ArrayList<>();
    for (JsonNode layer : requireArray(json, "layers")) {
      layers.add(readLayer(layer, "layers[" + layers.size() + "]"));
    }
    return new NetworkSpec(
        new TensorShape(input), requireInteger(json.get("classes"), "classes"), layers);
  }

  /** Writes an architecture so that {@link #read} gives an equal one. */
  public static ObjectNode write(NetworkSpec network) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode input = json.putArray("input");
    network.input().dimensions().forEach(input::add);
    json.put("classes", network.classes());
    ArrayNode layers = json.putArray("layers");
    network.layers().forEach(layer -> layers.add(writeLayer(layer)));
    return json;
  }

  private static Layer readLayer(JsonNode json, String field) {
    if (!json.path("type").isTextual()) {
      throw new NetworkException(field + ".type", "is missing");
    }
    String type = json.get("type").asText();
    try {
      return switch (type) {
        case "dense" -> {
          requireFields(json, field, Set.of("type", "out", "bias", "initializer", "init_scale"));
          yield new Layer.Dense(
              requireInteger(json.get("out"), "out"), readBias(json), readInitializer(json));
        }
        case "conv2d" -> {
          requireFields(
              json,
              field,
              Set.of("type", "out", "kernel", "padding", "bias", "initializer", "init_scale"));
          yield new Layer.Conv2d(
              requireInteger(json.get("out"), "out"),
              requireInteger(json.get("kernel"), "kernel"),
              json.has("padding") ? requireInteger(json.get("padding"), "padding") : 0,
              readBias(json),
              readInitializer(json));
        }
        case "max_pool2d" -> {
          requireFields(json, field, Set.of("type", "kernel"));
          yield new Layer.MaxPool2d(requireInteger(json.get("kernel"), "kernel"));
        }
        case "relu", "tanh" -> {
          requireFields(json, field, Set.of("type"));
          yield new Layer.Nonlinearity(Activation.valueOf(type.toUpperCase(Locale.ROOT)));
        }
        case "flatten" -> {
          requireFields(json, field, Set.of("type"));
          yield new Layer.Flatten();
        }
        default ->
            throw new NetworkException(
                "type",
                "'"
                    + shortened(type)
                    + "' is none of dense, conv2d, relu, tanh, max_pool2d, flatten");
      };
    } catch (NetworkException e) {
      if (e.field().startsWith(field)) {
        throw e;
      }
      throw new NetworkException(
          field + "." + e.field(), e.getMessage().substring(e.field().length() + 2));
    }
  }

  private static ObjectNode writeLayer(Layer layer) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (layer instanceof Layer.Dense dense) {
      json.put("type", "dense").put("out", dense.outputs());
      writeParameterized(json, dense);
    } else if (layer instanceof Layer.Conv2d convolution) {
      json.put("type", "conv2d")
          .put("out", convolution.outputs())
          .put("kernel", convolution.kernel())
          .put("padding", convolution.padding());
      writeParameterized(json, convolution);
    } else if (layer instanceof Layer.MaxPool2d pool) {
      json.put("type", "max_pool2d").put("kernel", pool.kernel());
    } else if (layer instanceof Layer.Nonlinearity nonlinearity) {
      json.put("type", nonlinearity.activation().name().toLowerCase(Locale.ROOT));
    } else {
      json.put("type", "flatten");
    }
    return json;
  }

  private static void writeParameterized(ObjectNode json, Layer.Parameterized layer) {
    json.put("bias", layer.bias().name().toLowerCase(Locale.ROOT))
        .put("initializer", layer.initializer().kind().name().toLowerCase(Locale.ROOT))
        .put("init_scale", layer.initializer().scale());
  }

  private static BiasMode readBias(JsonNode json) {
    return json.has("bias")
        ? requireEnum(BiasMode.class, json.get("bias"), "bias")
        : BiasMode.ZERO_INIT;
  }

  private static Initializer readInitializer(JsonNode json) {
    Initializer.Kind kind =
        json.has("initializer")
            ? requireEnum(Initializer.Kind.class, json.get("initializer"), "initializer")
            : Initializer.DEFAULT.kind();
    JsonNode scale = json.path("init_scale");
    if (!scale.isMissingNode() && !scale.isNumber()) {
      throw new NetworkException("init_scale", "is not a number");
    }
    return new Initializer(kind, scale.isMissingNode() ? 1.0 : scale.asDouble());
  }

  private static <E extends Enum<E>> E requireEnum(Class<E> type, JsonNode json, String field) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(json.asText())) {
        return constant;
      }
    }
    throw new NetworkException(field, "'" + shortened(json.asText()) + "' is not a known value");
  }

  private static JsonNode requireArray(JsonNode json, String field) {
    JsonNode array = json.path(field);
    if (!array.isArray() || array.size() > NetworkSpec.MAX_LAYERS) {
      throw new NetworkException(
          field, "must be an array of at most " + NetworkSpec.MAX_LAYERS + " entries");
    }
    return array;
  }

  private static int requireInteger(JsonNode json, String field) {
    if (json == null || !json.isIntegralNumber() || !json.canConvertToInt()) {
      throw new NetworkException(field, "must be an integer");
    }
    return json.asInt();
  }

  private static void requireFields(JsonNode json, String field, Set<String> known) {
    if (!json.isObject()) {
      throw new NetworkException(field, "must be a JSON object");
    }
    json.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw new NetworkException(
                    field + "." + shortened(name),
                    "is not a known field; known are " + known.stream().sorted().toList());
              }
            });
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
