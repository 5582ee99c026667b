package io.plateau.core.checkpoint;

import io.plateau.core.network.ParameterLayout;
import io.plateau.core.network.ParameterSpec;
import io.plateau.core.network.Parameters;
import io.plateau.core.network.Role;
import io.plateau.core.safetensors.SafetensorsException;
import io.plateau.core.safetensors.SafetensorsReader;
import io.plateau.core.safetensors.SafetensorsWriter;
import io.plateau.core.safetensors.TensorEntry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A network's parameters as safetensors, under the names and shapes that PyTorch loads. */
public final class ParameterFile {
  private static final int NAMES_IN_AN_ERROR = 5;

  private ParameterFile() {}

  /**
   * Writes every tensor of the layout as F32, in the layout's order. The same parameters and
   * metadata give the same bytes.
   */
  public static void write(Parameters parameters, Map<String, String> metadata, OutputStream out)
      throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter(metadata);
    for (ParameterSpec parameter : parameters.layout().parameters()) {
      writer.add(
          parameter.name(),
          parameter.shape().dimensions(),
          (from, target, count) -> parameters.copyTo(parameter.offset() + from, target, 0, count));
    }
    writer.writeTo(out);
  }

  /**
   * Reads every tensor of a layout: F32, F16 and BF16 exactly, F64 rounded to the nearest float.
   *
   * @param in positioned at the first byte; read to the end, not closed
   * @param bytes size of the whole file
   * @param where names the file in errors
   * @throws SafetensorsException if the file is malformed, or its tensors are not the layout's
   */
  public static Parameters read(
      ReadableByteChannel in, long bytes, String where, ParameterLayout layout) throws IOException {
    SafetensorsReader reader = new SafetensorsReader(in, bytes, where);
    List<TensorEntry> tensors = reader.header().tensors();
    requireSameNames(tensors, where, layout);
    for (TensorEntry tensor : tensors) {
      List<Long> expected =
          layout.named(tensor.name()).orElseThrow().shape().dimensions().stream()
              .map(Long::valueOf)
              .toList();
      if (!tensor.shape().equals(expected)) {
        throw new SafetensorsException(
            where,
            "tensor '"
                + tensor.name()
                + "' has shape "
                + tensor.shape()
                + "; the network needs "
                + expected);
      }
    }
    float[] values = new float[layout.size()];
    for (TensorEntry tensor : tensors) {
      reader.readFloats(tensor, values, layout.named(tensor.name()).orElseThrow().offset());
    }
    return Parameters.wrap(layout, values);
  }

  private static void requireSameNames(
      List<TensorEntry> tensors, String where, ParameterLayout layout) {
    List<String> missing = new ArrayList<>();
    boolean biasMissing = false;
    for (ParameterSpec parameter : layout.parameters()) {
      if (tensors.stream().noneMatch(tensor -> tensor.name().equals(parameter.name()))) {
        missing.add(parameter.name());
        biasMissing |= parameter.role() == Role.BIAS;
      }
    }
    List<String> unexpected =
        tensors.stream()
            .map(TensorEntry::name)
            .filter(name -> layout.named(name).isEmpty())
            .toList();
    if (!missing.isEmpty() || !unexpected.isEmpty()) {
      throw new SafetensorsException(
          where,
          "the tensors are not those of the network"
              + (missing.isEmpty() ? "" : "; missing: " + names(missing))
              + (unexpected.isEmpty() ? "" : "; unexpected: " + names(unexpected))
              + (biasMissing
                  ? " (a layer without bias is described with \"bias\": \"none\")"
                  : ""));
    }
  }

  private static String names(List<String> names) {
    List<String> shown =
        names.stream()
            .limit(NAMES_IN_AN_ERROR)
            .map(name -> name.length() <= 60 ? name : name.substring(0, 60) + "…")
            .toList();
    int more = names.size() - shown.size();
    return String.join(", ", shown) + (more > 0 ? " and " + more + " more" : "");
  }
}
