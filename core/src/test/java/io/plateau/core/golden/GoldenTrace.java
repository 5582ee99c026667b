package io.plateau.core.golden;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.plateau.core.kernel.ExecutionLayout;
import io.plateau.core.network.NetworkJson;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.ParameterLayout;
import io.plateau.core.network.ParameterSpec;
import io.plateau.core.safetensors.SafetensorsReader;
import io.plateau.core.safetensors.TensorEntry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** One of the float64 training traces under {@code golden/training/}. */
public final class GoldenTrace {
  private final String name;
  private final NetworkSpec network;
  private final Map<String, double[]> batches;

  private GoldenTrace(String name, NetworkSpec network, Map<String, double[]> batches) {
    this.name = name;
    this.network = network;
    this.batches = batches;
  }

  /** Reads a trace. */
  public static GoldenTrace read(String name) {
    try (InputStream in =
        GoldenTrace.class.getResourceAsStream("/golden/training/" + name + "/architecture.json")) {
      return new GoldenTrace(
          name,
          NetworkJson.read(new ObjectMapper().readTree(in)),
          tensors(name, "batches.safetensors"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The network. */
  public NetworkSpec network() {
    return network;
  }

  /** The flat parameters before the first step. */
  public float[] start() {
    ParameterLayout layout = ParameterLayout.of(network);
    Map<String, double[]> tensors = tensors(name, "start.safetensors");
    float[] values = new float[layout.size()];
    for (ParameterSpec parameter : layout.parameters()) {
      double[] tensor = tensors.get(parameter.name());
      for (int i = 0; i < tensor.length; i++) {
        values[parameter.offset() + i] = (float) tensor[i];
      }
    }
    return values;
  }

  /** One step's 16 samples in the device's order. */
  public float[] deviceBatch(int step) {
    int size = 16 * (int) network.input().size();
    float[] samples = new float[size];
    for (int i = 0; i < size; i++) {
      samples[i] = (float) batches.get("x")[step * size + i];
    }
    float[] target = new float[size];
    new ExecutionLayout(network).samplesToDevice(samples, 16, target);
    return target;
  }

  /** One step's labels. */
  public int[] labels(int step) {
    return Arrays.stream(batches.get("y"), step * 16, step * 16 + 16)
        .mapToInt(y -> (int) y)
        .toArray();
  }

  /** The gradient of the first batch at the start, by name. */
  public Map<String, double[]> gradient() {
    return tensors(name, "gradient.safetensors");
  }

  /** The parameters after every step of an optimizer, by {@code step1.name}. */
  public Map<String, double[]> steps(String optimizer) {
    return tensors(name, optimizer + ".safetensors");
  }

  private static Map<String, double[]> tensors(String name, String file) {
    try (InputStream in =
        GoldenTrace.class.getResourceAsStream("/golden/training/" + name + "/" + file)) {
      byte[] bytes = in.readAllBytes();
      Map<String, double[]> tensors = new LinkedHashMap<>();
      SafetensorsReader header = reader(bytes, file);
      for (TensorEntry entry : header.header().tensors()) {
        SafetensorsReader reader = reader(bytes, file);
        tensors.put(
            entry.name(),
            entry.dtype().isFloatingPoint()
                ? reader.readDoubles(entry)
                : Arrays.stream(reader.readIntegers(entry)).asDoubleStream().toArray());
      }
      return tensors;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static SafetensorsReader reader(byte[] bytes, String file) throws IOException {
    return new SafetensorsReader(
        Channels.newChannel(new ByteArrayInputStream(bytes)), bytes.length, file);
  }
}
