package io.plateau.service.translation;

import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.core.network.Activation;
import io.plateau.core.network.BiasMode;
import io.plateau.core.network.FullyConnected;
import io.plateau.core.network.Initializer;
import io.plateau.core.network.Layer;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.TensorShape;
import io.plateau.proto.common.v1.Network;
import io.plateau.service.validation.RequestValidator;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Any network that core can describe survives the contract, which accepts its description. */
class NetworkTranslationPropertiesTest {
  private static final RequestValidator VALIDATOR = new RequestValidator();

  @Property(tries = 200)
  void networksComeBackFromTheirResolvedForm(@ForAll("networks") NetworkSpec network) {
    Network resolved = NetworkTranslation.toProto(network);
    assertThat(NetworkTranslation.toCore(resolved, RequestField.REQUEST)).isEqualTo(network);
  }

  @Property(tries = 200)
  void networksComeBackFromTheirLayerList(@ForAll("networks") NetworkSpec network) {
    io.plateau.proto.common.v1.NetworkSpec spec = NetworkTranslation.toSpec(network);
    VALIDATOR.check(spec);
    assertThat(NetworkTranslation.toCore(spec, RequestField.REQUEST, network.input(), 2))
        .isEqualTo(network);
  }

  @Property(tries = 100)
  void presetsAreCoresOwn(
      @ForAll @IntRange(min = 1, max = 12) int depth,
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll Activation activation,
      @ForAll BiasMode bias,
      @ForAll("initializers") Initializer initializer) {
    io.plateau.proto.common.v1.NetworkSpec.Builder spec =
        io.plateau.proto.common.v1.NetworkSpec.newBuilder()
            .setBiasMode(BiasModeTranslation.toProto(bias))
            .setInitializer(InitializerTranslation.toProto(initializer));
    spec.getFullyConnectedBuilder()
        .setDepth(depth)
        .setWidth(width)
        .setActivation(ActivationTranslation.toProto(activation));
    VALIDATOR.check(spec.build());
    assertThat(
            NetworkTranslation.toCore(
                spec.build(), RequestField.REQUEST, TensorShape.of(2, 3, 4), 5))
        .isEqualTo(FullyConnected.of(24, 5, depth, width, activation, bias, initializer));
  }

  @Provide
  Arbitrary<Initializer> initializers() {
    return Combinators.combine(
            Arbitraries.of(Initializer.Kind.class),
            Arbitraries.doubles().between(0.001, 1000).ofScale(4))
        .as(Initializer::new);
  }

  @Provide
  Arbitrary<NetworkSpec> networks() {
    Arbitrary<List<Layer>> images =
        Combinators.combine(widths(), biases(), initializers(), activations(), Arbitraries.of(1, 3))
            .as(
                (filters, bias, initializer, activation, kernel) ->
                    List.of(
                        new Layer.Conv2d(filters, kernel, kernel / 2, bias, initializer),
                        new Layer.Nonlinearity(activation),
                        new Layer.MaxPool2d(2)));
    Arbitrary<List<Layer>> rows =
        Combinators.combine(widths(), biases(), initializers(), activations())
            .as(
                (units, bias, initializer, activation) ->
                    List.of(
                        new Layer.Dense(units, bias, initializer),
                        new Layer.Nonlinearity(activation)));
    return Combinators.combine(
            images.list().ofMaxSize(2),
            rows.list().ofMaxSize(4),
            Arbitraries.integers().between(2, 10),
            biases(),
            initializers())
        .as(
            (convolutions, hidden, classes, bias, initializer) -> {
              List<Layer> layers = new ArrayList<>();
              convolutions.forEach(layers::addAll);
              layers.add(new Layer.Flatten());
              hidden.forEach(layers::addAll);
              layers.add(new Layer.Dense(classes, bias, initializer));
              return new NetworkSpec(TensorShape.of(3, 8, 8), classes, layers);
            });
  }

  private static Arbitrary<Integer> widths() {
    return Arbitraries.integers().between(1, 20);
  }

  private static Arbitrary<BiasMode> biases() {
    return Arbitraries.of(BiasMode.class);
  }

  private static Arbitrary<Activation> activations() {
    return Arbitraries.of(Activation.class);
  }
}
