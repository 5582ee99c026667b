package io.plateau.service.translation;

import io.plateau.core.network.BiasMode;
import io.plateau.core.network.Initializer;
import io.plateau.core.network.Layer;
import io.plateau.core.network.NetworkException;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.ParameterLayout;
import io.plateau.core.network.TensorShape;
import io.plateau.proto.common.v1.LayerSpec;
import io.plateau.proto.common.v1.Network;
import io.plateau.proto.common.v1.NetworkSpec.FullyConnected;
import io.plateau.proto.common.v1.NetworkSpec.LayerOverride;
import io.plateau.proto.common.v1.ResolvedLayer;
import io.plateau.service.errors.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Networks: presets and layer lists into layers, and layers back into resolved networks. */
public final class NetworkTranslation {
  private static final int DEFAULT_DEPTH = 4;
  private static final int DEFAULT_WIDTH = 1024;
  private static final int MAX_DEPTH = 1000;
  private static final Pattern LAYER = Pattern.compile("layers\\[(\\d+)](?:\\.(.*))?");

  private NetworkTranslation() {}

  /**
   * A layer with the field of the request that it comes from.
   *
   * @param outputs field of the number of outputs
   */
  private record Placed(Layer layer, RequestField field, RequestField outputs) {}

  /**
   * The network that a specification means for given data. A fully connected network takes its
   * input as one row of features.
   *
   * @param samples shape of one sample of the data; the default of {@code input_shape}
   * @param classes of the data; the default of {@code classes}
   * @throws io.plateau.service.errors.PlateauException NETWORK_INVALID, REQUEST_INVALID or
   *     NOT_IMPLEMENTED, naming the field
   */
  public static NetworkSpec toCore(
      io.plateau.proto.common.v1.NetworkSpec spec,
      RequestField field,
      TensorShape samples,
      int classes) {
    TensorShape input =
        spec.hasInputShape()
            ? ShapeTranslation.toCore(spec.getInputShape(), field.child("input_shape"))
            : samples;
    if (input.size() != samples.size()) {
      throw field
          .child("input_shape")
          .failure(
              Reason.NETWORK_INVALID,
              input + " does not hold the data's samples of shape " + samples);
    }
    int outputs = spec.hasClasses() ? spec.getClasses() : classes;
    if (outputs < classes) {
      throw field
          .child("classes")
          .failure(Reason.NETWORK_INVALID, outputs + " are fewer than the data's " + classes);
    }
    return switch (spec.getArchitectureCase()) {
      case FULLY_CONNECTED -> {
        if (input.size() > Integer.MAX_VALUE) {
          throw field
              .child("input_shape")
              .failure(Reason.NETWORK_INVALID, input + " has too many features for a dense layer");
        }
        TensorShape features = TensorShape.of((int) input.size());
        RequestField at = field.child("fully_connected");
        yield network(features, outputs, fullyConnected(spec, outputs, field), field, at);
      }
      case LAYER_LIST -> {
        List<LayerSpec> layers = spec.getLayerList().getLayersList();
        RequestField at = field.child("layer_list");
        if (spec.getLayerOverridesCount() > 0) {
          throw field
              .child("layer_overrides")
              .invalid("goes with presets only; state the settings in the layers");
        }
        yield network(input, outputs, layers(layers, at.child("layers"), spec, field), field, at);
      }
      case VGG16 ->
          throw field
              .child("vgg16")
              .unsupported("VGG16", "give fully_connected, or the layers as layer_list");
      case R_HOMOGENEOUS ->
          throw field
              .child("r_homogeneous")
              .unsupported("the r-homogeneous network", "give fully_connected or layer_list");
      case ARCHITECTURE_NOT_SET ->
          throw field.invalid("names no architecture; give fully_connected or layer_list");
    };
  }

  /**
   * A network as another server resolved it.
   *
   * @throws io.plateau.service.errors.PlateauException NETWORK_INVALID, REQUEST_INVALID or
   *     NOT_IMPLEMENTED, naming the field
   */
  public static NetworkSpec toCore(Network network, RequestField field) {
    List<LayerSpec> layers = network.getLayersList().stream().map(ResolvedLayer::getSpec).toList();
    io.plateau.proto.common.v1.NetworkSpec defaults =
        io.plateau.proto.common.v1.NetworkSpec.getDefaultInstance();
    List<Placed> placed = new ArrayList<>();
    RequestField at = field.child("layers");
    int last = lastParameterized(layers);
    for (int i = 0; i < layers.size(); i++) {
      RequestField layer = at.element(i).child("spec");
      place(layers.get(i), layer, defaults, field, i == last, hasConvolution(layers), placed);
    }
    return network(
        ShapeTranslation.toCore(network.getInputShape(), field.child("input_shape")),
        network.getClasses(),
        placed,
        field,
        at);
  }

  /**
   * A network with everything stated.
   *
   * @param spec as it was given
   */
  public static Network toProto(NetworkSpec network, io.plateau.proto.common.v1.NetworkSpec spec) {
    Network.Builder message =
        Network.newBuilder()
            .setSpec(spec)
            .setInputShape(ShapeTranslation.toProto(network.input()))
            .setClasses(network.classes())
            .setDepth(network.depth())
            .setParameters(ParameterLayoutTranslation.toProto(ParameterLayout.of(network)));
    List<TensorShape> shapes = network.outputShapes();
    int depth = 0;
    for (int i = 0; i < shapes.size(); i++) {
      Layer layer = network.layers().get(i);
      ResolvedLayer.Builder resolved =
          message
              .addLayersBuilder()
              .setSpec(LayerTranslation.toProto(layer))
              .setOutputShape(ShapeTranslation.toProto(shapes.get(i)));
      if (layer instanceof Layer.Parameterized) {
        resolved.setDepth(++depth);
      }
    }
    return message.build();
  }

  /** A network of which only the layers are known: its specification is their list. */
  public static Network toProto(NetworkSpec network) {
    return toProto(network, toSpec(network));
  }

  /** The specification that lists a network's layers. */
  public static io.plateau.proto.common.v1.NetworkSpec toSpec(NetworkSpec network) {
    io.plateau.proto.common.v1.NetworkSpec.Builder spec =
        io.plateau.proto.common.v1.NetworkSpec.newBuilder()
            .setInputShape(ShapeTranslation.toProto(network.input()))
            .setClasses(network.classes());
    network
        .layers()
        .forEach(layer -> spec.getLayerListBuilder().addLayers(LayerTranslation.toProto(layer)));
    return spec.build();
  }

  private static List<Placed> layers(
      List<LayerSpec> layers,
      RequestField at,
      io.plateau.proto.common.v1.NetworkSpec spec,
      RequestField network) {
    List<Placed> placed = new ArrayList<>();
    int last = lastParameterized(layers);
    boolean convolutional = hasConvolution(layers);
    for (int i = 0; i < layers.size(); i++) {
      place(layers.get(i), at.element(i), spec, network, i == last, convolutional, placed);
    }
    return placed;
  }

  private static void place(
      LayerSpec layer,
      RequestField at,
      io.plateau.proto.common.v1.NetworkSpec spec,
      RequestField network,
      boolean last,
      boolean convolutional,
      List<Placed> placed) {
    RequestField kind = at.child(LayerTranslation.fieldOf(layer));
    RequestField outputs = kind.child(layer.hasConv2D() ? "filters" : "units");
    LayerTranslation.toCore(layer, at, defaults(spec, network, last, convolutional))
        .ifPresent(core -> placed.add(new Placed(core, kind, outputs)));
  }

  private static LayerTranslation.Defaults defaults(
      io.plateau.proto.common.v1.NetworkSpec spec,
      RequestField network,
      boolean last,
      boolean convolutional) {
    return new LayerTranslation.Defaults() {
      @Override
      public BiasMode bias(io.plateau.proto.common.v1.BiasMode layer, RequestField field) {
        return BiasModeTranslation.toCore(
            layer, field, spec.getBiasMode(), network.child("bias_mode"), last);
      }

      @Override
      public Initializer initializer(
          io.plateau.proto.common.v1.Initializer layer, RequestField field) {
        boolean ofNetwork =
            layer.equals(io.plateau.proto.common.v1.Initializer.getDefaultInstance());
        return InitializerTranslation.toCore(
            InitializerTranslation.inherit(layer, spec.getInitializer()),
            ofNetwork ? network.child("initializer") : field,
            convolutional ? Initializer.Kind.KAIMING_NORMAL : Initializer.Kind.XAVIER_NORMAL);
      }
    };
  }

  private static List<Placed> fullyConnected(
      io.plateau.proto.common.v1.NetworkSpec spec, int classes, RequestField field) {
    FullyConnected preset = spec.getFullyConnected();
    RequestField at = field.child("fully_connected");
    List<Integer> widths = widths(preset, at);
    Map<Integer, Integer> overrides = overrides(spec, field, widths.size() + 1);
    Optional<io.plateau.core.network.Activation> activation =
        preset.hasActivation()
            ? ActivationTranslation.toCore(preset.getActivation(), at.child("activation"))
            : Optional.of(io.plateau.core.network.Activation.RELU);
    List<Placed> placed = new ArrayList<>();
    for (int depth = 1; depth <= widths.size() + 1; depth++) {
      boolean last = depth == widths.size() + 1;
      LayerTranslation.Defaults defaults = defaults(spec, field, last, false);
      int override = overrides.getOrDefault(depth, -1);
      LayerOverride settings =
          override < 0 ? LayerOverride.getDefaultInstance() : spec.getLayerOverrides(override);
      RequestField settingsAt = field.child("layer_overrides").element(Math.max(0, override));
      BiasMode bias = defaults.bias(settings.getBiasMode(), settingsAt.child("bias_mode"));
      Initializer initializer =
          defaults.initializer(settings.getInitializer(), settingsAt.child("initializer"));
      int units = last ? classes : widths.get(depth - 1);
      RequestField unitsAt = last ? field.child("classes") : widthField(preset, at, depth - 1);
      try {
        placed.add(new Placed(new Layer.Dense(units, bias, initializer), at, unitsAt));
      } catch (NetworkException e) {
        throw unitsAt.failure(Reason.NETWORK_INVALID, CoreErrors.problem(e), e);
      }
      if (!last && activation.isPresent()) {
        placed.add(new Placed(new Layer.Nonlinearity(activation.get()), at, unitsAt));
      }
    }
    return placed;
  }

  private static List<Integer> widths(FullyConnected preset, RequestField at) {
    int depth = preset.hasDepth() ? preset.getDepth() : DEFAULT_DEPTH;
    if (depth < 1 || depth > MAX_DEPTH) {
      throw at.child("depth").invalid(depth + " is outside 1.." + MAX_DEPTH);
    }
    return switch (preset.getHiddenCase()) {
      case WIDTH -> Collections.nCopies(depth - 1, preset.getWidth());
      case WIDTHS -> {
        List<Integer> widths = preset.getWidths().getValuesList();
        if (widths.size() > MAX_DEPTH - 1) {
          throw at.child("widths.values")
              .invalid("has " + widths.size() + " entries; give at most " + (MAX_DEPTH - 1));
        }
        if (preset.hasDepth() && depth != widths.size() + 1) {
          throw at.child("depth")
              .invalid(
                  depth
                      + " is not the number of widths plus 1; leave it unset or give "
                      + (widths.size() + 1));
        }
        yield widths;
      }
      case HIDDEN_NOT_SET -> Collections.nCopies(depth - 1, DEFAULT_WIDTH);
    };
  }

  private static RequestField widthField(FullyConnected preset, RequestField at, int index) {
    return preset.hasWidths() ? at.child("widths.values").element(index) : at.child("width");
  }

  /** Index of each overridden layer's entry. */
  private static Map<Integer, Integer> overrides(
      io.plateau.proto.common.v1.NetworkSpec spec, RequestField field, int depth) {
    Map<Integer, Integer> overrides = new HashMap<>();
    for (int i = 0; i < spec.getLayerOverridesCount(); i++) {
      int layer = spec.getLayerOverrides(i).getLayer();
      RequestField at = field.child("layer_overrides").element(i).child("layer");
      if (layer < 1 || layer > depth) {
        throw at.failure(
            Reason.NETWORK_INVALID, layer + " is outside 1.." + depth + ", the network's layers");
      }
      if (overrides.put(layer, i) != null) {
        throw at.invalid(layer + " is named twice");
      }
    }
    return overrides;
  }

  /**
   * Builds the network, and finds the request's field where core finds fault.
   *
   * @param architecture field of the preset or of the layers
   */
  private static NetworkSpec network(
      TensorShape input,
      int classes,
      List<Placed> placed,
      RequestField network,
      RequestField architecture) {
    try {
      return new NetworkSpec(input, classes, placed.stream().map(Placed::layer).toList());
    } catch (NetworkException e) {
      throw fieldOf(e, placed, network, architecture)
          .failure(Reason.NETWORK_INVALID, CoreErrors.problem(e), e);
    }
  }

  private static RequestField fieldOf(
      NetworkException e, List<Placed> placed, RequestField network, RequestField architecture) {
    Matcher layer = LAYER.matcher(e.field());
    if (layer.matches()) {
      Placed at = placed.get(Integer.parseInt(layer.group(1)));
      String setting = layer.group(2);
      if ("out".equals(setting)) {
        return at.outputs();
      }
      return setting == null ? at.field() : at.field().child(setting);
    }
    return switch (e.field()) {
      case "input" -> network.child("input_shape");
      case "classes" -> network.child("classes");
      default -> architecture;
    };
  }

  private static int lastParameterized(List<LayerSpec> layers) {
    int last = -1;
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).hasDense() || layers.get(i).hasConv2D()) {
        last = i;
      }
    }
    return last;
  }

  private static boolean hasConvolution(List<LayerSpec> layers) {
    return layers.stream().anyMatch(LayerSpec::hasConv2D);
  }
}
