package io.plateau.core.network;

/**
 * One parameter tensor and its place in the flat parameter vector.
 *
 * @param name {@code layers.{h}.weight} or {@code layers.{h}.bias}
 * @param shape PyTorch's shape
 * @param role what it is for
 * @param depth h = 1..r
 * @param offset index of its first element in the flat vector
 */
public record ParameterSpec(String name, TensorShape shape, Role role, int depth, int offset) {

  /** Number of elements. */
  public int size() {
    return Math.toIntExact(shape.size());
  }
}
