package io.plateau.core.path;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The forward passes that answer several requests at one alpha, with everything shared that can be:
 * a trie over the coefficients of weight 1, bias 1, weight 2, ... up to the last weight. The last
 * bias is no part of it: logits with any last bias follow from those without.
 */
final class PassTree {

  /** Coefficients of all layers, h = 1 first. */
  record Variant(List<Mix> weights, List<Mix> biases) {
    Variant {
      weights = List.copyOf(weights);
      biases = List.copyOf(biases);
    }
  }

  /** The product of an activation with a weight. */
  static final class Product {
    private final int depth;
    private final Mix weight;
    private final Map<Mix, Activation> byBias = new LinkedHashMap<>();
    private final List<Mix> lastBiases = new ArrayList<>();
    private List<Activation> ordered = List.of();
    private int products;

    private Product(int depth, Mix weight) {
      this.depth = depth;
      this.weight = weight;
    }

    /** Layer h of the weight. */
    int depth() {
      return depth;
    }

    Mix weight() {
      return weight;
    }

    /** What follows from this product, the cheapest first so that few buffers are held. */
    List<Activation> activations() {
      return ordered;
    }

    /** Coefficients of the last biases asked for; not empty in the last layer only. */
    List<Mix> lastBiases() {
      return lastBiases;
    }
  }

  /** A product with a bias and what follows it up to the next weight. */
  static final class Activation {
    private final Mix bias;
    private final Map<Mix, Product> byWeight = new LinkedHashMap<>();
    private List<Product> ordered = List.of();
    private int products;

    private Activation(Mix bias) {
      this.bias = bias;
    }

    Mix bias() {
      return bias;
    }

    List<Product> products() {
      return ordered;
    }
  }

  private final Activation root = new Activation(Mix.ZERO);

  /** The tree of some variants of a network with r layers. */
  static PassTree of(Iterable<Variant> variants) {
    PassTree tree = new PassTree();
    for (Variant variant : variants) {
      tree.add(variant);
    }
    order(tree.root);
    return tree;
  }

  /** The products with the input. */
  List<Product> roots() {
    return root.products();
  }

  /** The last product of a variant. */
  Product leaf(Variant variant) {
    Activation activation = root;
    int last = variant.weights().size() - 1;
    for (int i = 0; i < last; i++) {
      activation =
          activation.byWeight.get(variant.weights().get(i)).byBias.get(variant.biases().get(i));
    }
    return activation.byWeight.get(variant.weights().get(last));
  }

  /** Every product of the tree, parents first. */
  List<Product> products() {
    List<Product> all = new ArrayList<>();
    collect(root, all);
    return all;
  }

  private void add(Variant variant) {
    int last = variant.weights().size() - 1;
    Activation activation = root;
    for (int i = 0; ; i++) {
      int depth = i + 1;
      Product product =
          activation.byWeight.computeIfAbsent(
              variant.weights().get(i), weight -> new Product(depth, weight));
      if (i == last) {
        if (!product.lastBiases.contains(variant.biases().get(i))) {
          product.lastBiases.add(variant.biases().get(i));
        }
        return;
      }
      activation = product.byBias.computeIfAbsent(variant.biases().get(i), Activation::new);
    }
  }

  private static void order(Activation activation) {
    for (Product product : activation.byWeight.values()) {
      product.byBias.values().forEach(PassTree::order);
      product.ordered =
          product.byBias.values().stream()
              .sorted(Comparator.comparingInt(next -> next.products))
              .toList();
      product.products = 1 + product.ordered.stream().mapToInt(next -> next.products).sum();
    }
    activation.ordered =
        activation.byWeight.values().stream()
            .sorted(Comparator.comparingInt(next -> next.products))
            .toList();
    activation.products = activation.ordered.stream().mapToInt(next -> next.products).sum();
  }

  private static void collect(Activation activation, List<Product> all) {
    for (Product product : activation.products()) {
      all.add(product);
      product.activations().forEach(next -> collect(next, all));
    }
  }
}
