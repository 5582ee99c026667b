package io.plateau.service.translation;

import static io.plateau.service.translation.Messages.SPEC;
import static io.plateau.service.translation.Messages.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.core.network.Activation;
import io.plateau.core.network.BiasMode;
import io.plateau.core.network.FullyConnected;
import io.plateau.core.network.Initializer;
import io.plateau.core.network.Initializer.Kind;
import io.plateau.core.network.Layer;
import io.plateau.core.network.Role;
import io.plateau.core.network.TensorShape;
import io.plateau.proto.common.v1.Network;
import io.plateau.proto.common.v1.NetworkSpec;
import io.plateau.proto.common.v1.TensorRole;
import io.plateau.service.errors.Reason;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkTranslationTest {
  private static final TensorShape IMAGES = TensorShape.of(1, 28, 28);

  private static io.plateau.core.network.NetworkSpec toCore(String json) {
    return NetworkTranslation.toCore(
        Messages.read(json, NetworkSpec.getDefaultInstance()), SPEC, IMAGES, 10);
  }

  private static List<Layer.Parameterized> parameterized(String json) {
    return toCore(json).parameterizedLayers();
  }

  @Test
  void theEmptyPresetIsFcn4() {
    assertThat(toCore("{'fullyConnected': {}}"))
        .isEqualTo(
            FullyConnected.of(
                784, 10, 4, 1024, Activation.RELU, BiasMode.ZERO_INIT, Initializer.DEFAULT));
  }

  @Test
  void widthsGiveTheDepth() {
    assertThat(toCore("{'fullyConnected': {'widths': {'values': [7, 5]}}}").outputShapes())
        .containsExactly(
            TensorShape.of(7),
            TensorShape.of(7),
            TensorShape.of(5),
            TensorShape.of(5),
            TensorShape.of(10));
  }

  @Test
  void depthOneIsLinearRegression() {
    assertThat(toCore("{'fullyConnected': {'depth': 1}}").layers())
        .containsExactly(new Layer.Dense(10, BiasMode.ZERO_INIT, Initializer.DEFAULT));
  }

  @Test
  void theIdentityHasNoLayer() {
    assertThat(
            toCore("{'fullyConnected': {'depth': 3, 'width': 4, 'activation': {'identity': {}}}}")
                .layers())
        .hasSize(3)
        .allMatch(Layer.Dense.class::isInstance);
  }

  @Test
  void statedShapeAndClassesWin() {
    io.plateau.core.network.NetworkSpec network =
        toCore("{'fullyConnected': {}, 'inputShape': {'dimensions': [784]}, 'classes': 12}");
    assertThat(network.input()).isEqualTo(TensorShape.of(784));
    assertThat(network.classes()).isEqualTo(12);
  }

  @Test
  void biasesOfAWholeNetwork() {
    assertThat(parameterized("{'fullyConnected': {'depth': 3}, 'biasMode': 'BIAS_MODE_NONE'}"))
        .extracting(Layer.Parameterized::bias)
        .containsExactly(BiasMode.NONE, BiasMode.NONE, BiasMode.NONE);
    assertThat(
            parameterized(
                "{'fullyConnected': {'depth': 3}, 'biasMode': 'BIAS_MODE_NONE_IN_LAST_LAYER'}"))
        .extracting(Layer.Parameterized::bias)
        .containsExactly(BiasMode.ZERO_INIT, BiasMode.ZERO_INIT, BiasMode.NONE);
    assertThat(parameterized("{'fullyConnected': {'depth': 2}, 'biasMode': 'BIAS_MODE_FROZEN'}"))
        .extracting(Layer.Parameterized::bias)
        .containsExactly(BiasMode.FROZEN, BiasMode.FROZEN);
  }

  @Test
  void overridesReplaceWhatTheyStateAndInheritTheRest() {
    List<Layer.Parameterized> layers =
        parameterized(
            """
            {'fullyConnected': {'depth': 4},
             'initializer': {'normal': {'standardDeviation': 0.5}, 'scale': 2},
             'layerOverrides': [
               {'layer': 2, 'initializer': {'scale': 3}},
               {'layer': 3, 'initializer': {'kaiming': {}}, 'biasMode': 'BIAS_MODE_NONE'},
               {'layer': 4, 'initializer': {'lecun': {}, 'scale': 5}}]}
            """);
    assertThat(layers)
        .extracting(Layer.Parameterized::initializer)
        .containsExactly(
            new Initializer(Kind.NORMAL, 1.0),
            new Initializer(Kind.NORMAL, 1.5),
            new Initializer(Kind.KAIMING_NORMAL, 2),
            new Initializer(Kind.LECUN_NORMAL, 5));
    assertThat(layers)
        .extracting(Layer.Parameterized::bias)
        .containsExactly(BiasMode.ZERO_INIT, BiasMode.ZERO_INIT, BiasMode.NONE, BiasMode.ZERO_INIT);
  }

  @Test
  void listsTakeLayersAsTheyAre() {
    io.plateau.core.network.NetworkSpec network =
        toCore(
            """
            {'biasMode': 'BIAS_MODE_NONE_IN_LAST_LAYER',
             'layerList': {'layers': [
               {'conv2d': {'filters': 6, 'kernel': {'height': 3}, 'padding': {'height': 1, 'width': 1},
                           'biasMode': 'BIAS_MODE_FROZEN'}},
               {'activation': {'relu': {}}},
               {'activation': {'identity': {}}},
               {'maxPool2d': {'kernel': {'height': 2}, 'stride': {'height': 2}}},
               {'flatten': {}},
               {'dense': {'units': 10, 'initializer': {'scale': 0.5}}}]}}
            """);
    assertThat(network.layers())
        .containsExactly(
            new Layer.Conv2d(6, 3, 1, BiasMode.FROZEN, new Initializer(Kind.KAIMING_NORMAL, 1)),
            new Layer.Nonlinearity(Activation.RELU),
            new Layer.MaxPool2d(2),
            new Layer.Flatten(),
            new Layer.Dense(10, BiasMode.NONE, new Initializer(Kind.KAIMING_NORMAL, 0.5)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | spec",
        "{'layerList': {'layers': [{}]}} | spec.layer_list.layers[0]",
        "{'fullyConnected': {'depth': 1001}} | spec.fully_connected.depth",
        "{'fullyConnected': {'depth': 2, 'widths': {'values': [3, 3]}}} | spec.fully_connected.depth",
        "{'fullyConnected': {'activation': {}}} | spec.fully_connected.activation",
        "{'inputShape': {'dimensions': [28, 28]}, 'fullyConnected': {}} | spec.input_shape.dimensions",
        "{'fullyConnected': {}, 'layerOverrides': [{'layer': 1}, {'layer': 1}]} | spec.layer_overrides[1].layer",
        "{'fullyConnected': {}, 'layerOverrides': [{'layer': 1, 'biasMode': 'BIAS_MODE_NONE_IN_LAST_LAYER'}]} | spec.layer_overrides[0].bias_mode",
        "{'layerList': {'layers': [{'dense': {'units': 10}}]}, 'layerOverrides': [{'layer': 1}]} | spec.layer_overrides",
        "{'fullyConnected': {}, 'biasMode': 77} | spec.bias_mode",
      })
  void malformed(String json, String field) {
    assertRefused(() -> toCore(json), Reason.REQUEST_INVALID, field);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'fullyConnected': {}, 'inputShape': {'dimensions': [783]}} | spec.input_shape",
        "{'fullyConnected': {}, 'classes': 9} | spec.classes",
        "{'fullyConnected': {'width': 70000}} | spec.fully_connected.width",
        "{'fullyConnected': {'width': 0}} | spec.fully_connected.width",
        "{'fullyConnected': {'widths': {'values': [3, 0]}}} | spec.fully_connected.widths.values[1]",
        "{'fullyConnected': {'width': 65536, 'depth': 100}} | spec.fully_connected",
        "{'fullyConnected': {'depth': 2}, 'layerOverrides': [{'layer': 3}]} | spec.layer_overrides[0].layer",
        "{'fullyConnected': {}, 'initializer': {'scale': -1}} | spec.initializer.scale",
        "{'fullyConnected': {}, 'initializer': {'normal': {'standardDeviation': -1}}} | spec.initializer.normal.standard_deviation",
        "{'fullyConnected': {}, 'layerOverrides': [{'layer': 2, 'initializer': {'scale': 'NaN'}}]} | spec.layer_overrides[0].initializer.scale",
        "{'layerList': {'layers': []}} | spec.layer_list",
        "{'layerList': {'layers': [{'dense': {'units': 10}}]}} | spec.layer_list.layers[0].dense",
        "{'layerList': {'layers': [{'flatten': {}}, {'dense': {'units': 9}}]}} | spec.layer_list.layers[1].dense.units",
        "{'layerList': {'layers': [{'flatten': {}}, {'dense': {'units': 0}}]}} | spec.layer_list.layers[1].dense.units",
        "{'layerList': {'layers': [{'flatten': {}}, {'dense': {'units': 10}}, {'flatten': {}}]}} | spec.layer_list.layers[2].flatten",
        "{'layerList': {'layers': [{'activation': {'identity': {}}}, {'activation': {'relu': {}}}, {'flatten': {}}, {'dense': {'units': 10}}]}} | spec.layer_list.layers[1].activation",
        "{'layerList': {'layers': [{'conv2d': {'filters': 0, 'kernel': {'height': 3}}}]}} | spec.layer_list.layers[0].conv2d.filters",
        "{'layerList': {'layers': [{'conv2d': {'filters': 4, 'kernel': {'height': 40}}}]}} | spec.layer_list.layers[0].conv2d.kernel",
        "{'layerList': {'layers': [{'conv2d': {'filters': 4, 'kernel': {'height': 3}, 'padding': {'height': 3}}}]}} | spec.layer_list.layers[0].conv2d.padding",
        "{'layerList': {'layers': [{'conv2d': {'filters': 4, 'kernel': {'height': 30}}}]}} | spec.layer_list.layers[0].conv2d",
        "{'layerList': {'layers': [{'flatten': {}}, {'dense': {'units': 10, 'initializer': {'scale': -2}}}]}} | spec.layer_list.layers[1].dense.initializer.scale",
      })
  void impossible(String json, String field) {
    assertRefused(() -> toCore(json), Reason.NETWORK_INVALID, field);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'vgg16': {}} | spec.vgg16",
        "{'rHomogeneous': {}} | spec.r_homogeneous",
        "{'fullyConnected': {'activation': {'sigmoid': {}}}} | spec.fully_connected.activation.sigmoid",
        "{'fullyConnected': {'activation': {'leakyRelu': {}}}} | spec.fully_connected.activation.leaky_relu",
        "{'fullyConnected': {}, 'initializer': {'uniform': {}}} | spec.initializer.uniform",
        "{'fullyConnected': {}, 'initializer': {'orthogonal': {}}} | spec.initializer.orthogonal",
        "{'fullyConnected': {}, 'initializer': {'diagonal': {'values': [1]}}} | spec.initializer.diagonal",
        "{'fullyConnected': {}, 'initializer': {'xavier': {'distribution': 'DISTRIBUTION_UNIFORM'}}} | spec.initializer.xavier.distribution",
        "{'fullyConnected': {}, 'initializer': {'kaiming': {'distribution': 'DISTRIBUTION_UNIFORM'}}} | spec.initializer.kaiming.distribution",
        "{'fullyConnected': {}, 'initializer': {'lecun': {'distribution': 'DISTRIBUTION_UNIFORM'}}} | spec.initializer.lecun.distribution",
        "{'fullyConnected': {}, 'layerOverrides': [{'layer': 1, 'initializer': {'orthogonal': {}}}]} | spec.layer_overrides[0].initializer.orthogonal",
        "{'layerList': {'layers': [{'batchNorm': {}}]}} | spec.layer_list.layers[0].batch_norm",
        "{'layerList': {'layers': [{'averagePool2d': {'kernel': {'height': 2}}}]}} | spec.layer_list.layers[0].average_pool2d",
        "{'layerList': {'layers': [{'rHomogeneousUnits': {'units': 10}}]}} | spec.layer_list.layers[0].r_homogeneous_units",
        "{'layerList': {'layers': [{'conv2d': {'filters': 4, 'kernel': {'height': 3, 'width': 5}}}]}} | spec.layer_list.layers[0].conv2d.kernel",
        "{'layerList': {'layers': [{'conv2d': {'filters': 4, 'kernel': {'height': 3}, 'stride': {'height': 2}}}]}} | spec.layer_list.layers[0].conv2d.stride",
        "{'layerList': {'layers': [{'conv2d': {'filters': 4, 'kernel': {'height': 3}, 'dilation': {'height': 2}}}]}} | spec.layer_list.layers[0].conv2d.dilation",
        "{'layerList': {'layers': [{'maxPool2d': {'kernel': {'height': 3}, 'stride': {'height': 2}}}]}} | spec.layer_list.layers[0].max_pool2d.stride",
        "{'layerList': {'layers': [{'maxPool2d': {'kernel': {'height': 3}, 'padding': {'height': 1}}}]}} | spec.layer_list.layers[0].max_pool2d.padding",
      })
  void notYet(String json, String field) {
    assertRefused(() -> toCore(json), Reason.NOT_IMPLEMENTED, field);
  }

  @Test
  void aResolvedNetworkSaysWhereItIsWrong() {
    Network network =
        NetworkTranslation.toProto(toCore("{'fullyConnected': {'depth': 2, 'width': 3}}"));
    Network.Builder broken = network.toBuilder();
    broken.getLayersBuilder(2).getSpecBuilder().getDenseBuilder().setUnits(9);
    assertRefused(
        () -> NetworkTranslation.toCore(broken.build(), SPEC),
        Reason.NETWORK_INVALID,
        "spec.layers[2].spec.dense.units");
  }

  @Test
  void resolvedNetworksTellEverything() {
    Network network =
        NetworkTranslation.toProto(toCore("{'fullyConnected': {'depth': 2, 'width': 3}}"));
    assertThat(network.getDepth()).isEqualTo(2);
    assertThat(network.getClasses()).isEqualTo(10);
    assertThat(network.getInputShape().getDimensionsList()).containsExactly(784);
    assertThat(network.getLayersList())
        .extracting(layer -> layer.hasDepth() ? layer.getDepth() : 0)
        .containsExactly(1, 0, 2);
    assertThat(network.getLayersList())
        .extracting(layer -> layer.getOutputShape().getDimensions(0))
        .containsExactly(3, 3, 10);
    assertThat(network.getParameters().getParameterCount()).isEqualTo(784 * 3 + 3 + 3 * 10 + 10);
    assertThat(network.getParameters().getBytes()).isEqualTo(4 * (784 * 3 + 3 + 3 * 10 + 10));
    assertThat(network.getParameters().getTensorsList())
        .extracting(tensor -> tensor.getName() + " " + tensor.getShapeList())
        .containsExactly(
            "layers.1.weight [3, 784]",
            "layers.1.bias [3]",
            "layers.2.weight [10, 3]",
            "layers.2.bias [10]");
    assertThat(network.getParameters().getTensorsList())
        .allSatisfy(
            tensor ->
                assertThat(tensor.hasBiasExponent())
                    .isEqualTo(tensor.getRole() == TensorRole.TENSOR_ROLE_BIAS));
    assertThat(network.getParameters().getTensors(3).getBiasExponent()).isEqualTo(2);
  }

  @Test
  void everyRoleOfCoreHasOneOfTheContract() {
    EnumSet<TensorRole> told = EnumSet.noneOf(TensorRole.class);
    for (Role role : Role.values()) {
      TensorRole message = ParameterLayoutTranslation.toProto(role);
      assertThat(message.name()).isEqualTo("TENSOR_ROLE_" + role.name());
      told.add(message);
    }
    assertThat(EnumSet.complementOf(told))
        .containsExactlyInAnyOrder(TensorRole.TENSOR_ROLE_UNSPECIFIED, TensorRole.UNRECOGNIZED);
  }
}
