package io.plateau.core.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Names, shapes, roles and depths of a network's parameters in one flat vector: layer by layer from
 * the input, weight before bias. Two ends of a path hold the same layout.
 *
 * @param parameters in the order of the flat vector
 */
public record ParameterLayout(List<ParameterSpec> parameters) {

  /** Copies the list. */
  public ParameterLayout {
    parameters = List.copyOf(parameters);
  }

  /** The layout that follows from a network. */
  public static ParameterLayout of(NetworkSpec network) {
    List<ParameterSpec> parameters = new ArrayList<>();
    List<TensorShape> shapes = network.outputShapes();
    TensorShape input = network.input();
    int depth = 0;
    int offset = 0;
    for (int i = 0; i < shapes.size(); i++) {
      if (network.layers().get(i) instanceof Layer.Parameterized layer) {
        depth++;
        ParameterSpec weight =
            new ParameterSpec(
                "layers." + depth + ".weight",
                NetworkSpec.weightShape(layer, input),
                Role.WEIGHT,
                depth,
                offset);
        parameters.add(weight);
        offset += weight.size();
        if (layer.hasBias()) {
          ParameterSpec bias =
              new ParameterSpec(
                  "layers." + depth + ".bias",
                  TensorShape.of(layer.outputs()),
                  Role.BIAS,
                  depth,
                  offset);
          parameters.add(bias);
          offset += bias.size();
        }
      }
      input = shapes.get(i);
    }
    return new ParameterLayout(parameters);
  }

  /** Number of elements of the flat vector. */
  public int size() {
    ParameterSpec last = parameters.get(parameters.size() - 1);
    return last.offset() + last.size();
  }

  /** The weight of layer h. */
  public ParameterSpec weight(int depth) {
    return find(Role.WEIGHT, depth)
        .orElseThrow(() -> new IllegalArgumentException("no layer of depth " + depth));
  }

  /** The bias of layer h, if it has one. */
  public Optional<ParameterSpec> bias(int depth) {
    return find(Role.BIAS, depth);
  }

  /** The tensor with a name, if there is one. */
  public Optional<ParameterSpec> named(String name) {
    return parameters.stream().filter(parameter -> parameter.name().equals(name)).findFirst();
  }

  private Optional<ParameterSpec> find(Role role, int depth) {
    return parameters.stream()
        .filter(parameter -> parameter.role() == role && parameter.depth() == depth)
        .findFirst();
  }
}
