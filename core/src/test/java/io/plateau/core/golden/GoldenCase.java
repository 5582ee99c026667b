package io.plateau.core.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plateau.core.dataset.Dataset;
import io.plateau.core.network.NetworkJson;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.ParameterLayout;
import io.plateau.core.network.ParameterSpec;
import io.plateau.core.network.Parameters;
import io.plateau.core.network.TensorShape;
import io.plateau.core.safetensors.SafetensorsReader;
import io.plateau.core.safetensors.TensorEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.Arrays;

/** One of the float64 reference cases under {@code golden/}, read as they lie. */
public record GoldenCase(
    String name,
    NetworkSpec network,
    Parameters initial,
    Parameters minimizer,
    Dataset data,
    JsonNode expected) {
  /** Reads a case. */
  public static GoldenCase read(String name) {
    try {
      NetworkSpec network = NetworkJson.read(json(name, "architecture.json"));
      return new GoldenCase(
          name,
          network,
          parameters(name, "init.safetensors", network),
          parameters(name, "final.safetensors", network),
          data(name, network),
          json(name, "expected.json"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Parameters parameters(String name, String file, NetworkSpec network)
      throws IOException {
    ParameterLayout layout = ParameterLayout.of(network);
    float[] values = new float[layout.size()];
    byte[] bytes = bytes(name, file);
    for (ParameterSpec parameter : layout.parameters()) {
      SafetensorsReader reader = reader(bytes, file);
      reader.readFloats(
          reader.header().tensor(parameter.name()).orElseThrow(), values, parameter.offset());
    }
    return Parameters.wrap(layout, values);
  }

  private static Dataset data(String name, NetworkSpec network) throws IOException {
    byte[] bytes = bytes(name, "inputs.safetensors");
    SafetensorsReader reader = reader(bytes, "inputs");
    TensorEntry x = reader.header().tensor("x").orElseThrow();
    float[] values = new float[Math.toIntExact(x.size())];
    reader.readFloats(x, values, 0);
    SafetensorsReader again = reader(bytes, "inputs");
    long[] y = again.readIntegers(again.header().tensor("y").orElseThrow());
    return new ArrayDataset(
        new TensorShape(x.shape().stream().skip(1).map(Long::intValue).toList()),
        network.classes(),
        values,
        Arrays.stream(y).mapToInt(label -> (int) label).toArray());
  }

  private static SafetensorsReader reader(byte[] bytes, String where) throws IOException {
    return new SafetensorsReader(
        Channels.newChannel(new java.io.ByteArrayInputStream(bytes)), bytes.length, where);
  }

  private static JsonNode json(String name, String file) throws IOException {
    return new ObjectMapper().readTree(bytes(name, file));
  }

  private static byte[] bytes(String name, String file) throws IOException {
    try (InputStream in = GoldenCase.class.getResourceAsStream("/golden/" + name + "/" + file)) {
      return in.readAllBytes();
    }
  }
}
