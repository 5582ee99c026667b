package io.plateau.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import build.buf.protovalidate.ValidationResult;
import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.CompilationException;
import build.buf.protovalidate.exceptions.ValidationException;
import build.buf.validate.FieldPath;
import build.buf.validate.FieldPathElement;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.plateau.proto.trainer.v1.FileChunk;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules in the contract let good requests pass and name the field and the rule of bad ones. */
class ValidationTest {
  private static final Contract CONTRACT = Contract.load();
  private static final Validator VALIDATOR = ValidatorFactory.newBuilder().build();

  /** A rule that does not compile would otherwise be found by the first caller. */
  @Test
  void everyRuleCompiles() throws CompilationException {
    List<Descriptor> generated =
        CONTRACT.messages().stream()
            .map(m -> Contract.generated(m).getDescriptorForType())
            .toList();
    assertThat(generated).hasSizeGreaterThan(150);
    assertThat(ValidatorFactory.newBuilder().buildWithDescriptors(generated, true)).isNotNull();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource
  void accepts(String message, String json) throws Exception {
    ValidationResult result = VALIDATOR.validate(parse(message, json));
    assertThat(violations(result)).isEmpty();
  }

  static Stream<Arguments> accepts() {
    String pair = "'first': {'pair': {'name': 'pairs/fcn8'}}";
    return Stream.of(
        // The smallest requests: everything else has a default.
        arguments("interpolator.v1.PlanRequest", "{'spec': {'ends': {" + pair + "}}}"),
        arguments("interpolator.v1.ListEvaluationsRequest", "{}"),
        arguments("trainer.v1.ListTrainingsRequest", "{'pageSize': 1000}"),
        arguments("trainer.v1.ListPairsRequest", "{}"),
        arguments("interpolator.v1.ListDevicesRequest", "{}"),
        arguments("common.v1.GetServerInfoRequest", "{}"),
        arguments(
            "trainer.v1.CreateTrainingRequest",
            "{'spec': {'network': {'fullyConnected': {}}, 'dataset': {'named': {'name': 'mnist'}}}}"),
        // What the main study asks for.
        arguments(
            "trainer.v1.CreateTrainingRequest",
            "{'trainingId': 'fcn8', 'requestId': '0b7c1e9a-6c1d-4a55-9d0e-2a6f3c1d7e55',"
                + " 'labels': {'depth': '8', 'init-scale': '0.6'}, 'priority': -100, 'spec':"
                + " {'network': {'fullyConnected': {'depth': 8, 'width': 256, 'activation':"
                + " {'relu': {}}}, 'initializer': {'xavier': {}, 'scale': 0.6}}, 'dataset':"
                + " {'named': {'name': 'mnist'}, 'first': '10000'}, 'optimizer': {'sgd':"
                + " {'momentum': 0.9}}, 'learningRate': {'base': 0.05, 'cosine': {}, 'warmUp':"
                + " {'epochs': 0.5}}, 'batchSize': 128, 'seed': '1', 'stoppingRule': {'maxEpochs':"
                + " 25, 'trainLoss': 0.01, 'maxDuration': '3600s'}, 'checkpointEpochs': [1, 5]}}"),
        arguments(
            "interpolator.v1.InterpolateRequest",
            "{'spec': {'ends': {"
                + pair
                + ", 'second': {'stored': {'uri': 's3://bucket/pairs/a', 'checkpoint': {'epoch':"
                + " 3}}}}, 'schemes': [{'linear': {}}, {'homogeneousBias': {}}, {'layers':"
                + " {'layers': [1, 8], 'rest': 'HELD_END_INIT'}}], 'grid': {'uniform': {'start':"
                + " -0.25, 'stop': 1.25, 'count': 10001}}, 'pairSplit': 'SPLIT_TEST'}}"),
        // The r-homogeneous-weight network of the specification's table.
        arguments(
            "trainer.v1.CreateTrainingRequest",
            "{'spec': {'network': {'rHomogeneous': {'degree': 4}, 'initializer': {'diagonal':"
                + " {'values': [1.3, 1.2, 1.1, 1.0]}, 'scale': 0.3}}, 'dataset': {'synthetic':"
                + " {'orthogonalClasses': {'classes': 4}}}, 'optimizer': {'gradientFlow':"
                + " {'endTime': 1000}}}}"),
        arguments(
            "trainer.v1.CreateTrainingRequest",
            "{'sweep': {'base': {'network': {'fullyConnected': {}}, 'dataset': {'named': {'name':"
                + " 'mnist'}}}, 'axes': [{'depths': {'values': [4, 8]}}, {'seeds': {'values': ['1',"
                + " '2', '3']}}, {'biasModes': {'values': ['BIAS_MODE_NONE']}}]}}"),
        arguments(
            "common.v1.NetworkSpec",
            "{'inputShape': {'dimensions': [3, 8, 8]}, 'classes': 4, 'layerList': {'layers':"
                + " [{'conv2d': {'filters': 6, 'kernel': {'height': 3}, 'padding': {'height': 1}}},"
                + " {'activation': {'relu': {}}}, {'maxPool2d': {'kernel': {'height': 2}}},"
                + " {'flatten': {}}, {'dense': {'units': 4, 'biasMode': 'BIAS_MODE_NONE'}}]}}"),
        arguments("common.v1.NetworkSpec", "{'vgg16': {'batchNorm': {}}}"),
        arguments(
            "common.v1.NetworkSpec",
            "{'fullyConnected': {'depth': 3, 'widths': {'values': [16, 12]}}, 'layerOverrides':"
                + " [{'layer': 1}, {'layer': 3, 'biasMode': 'BIAS_MODE_NONE'}]}"),
        arguments(
            "common.v1.PathEnds",
            "{'first': {'zero': {}}, 'second': {'pair': {'name': 'pairs/a'}}}"),
        arguments("common.v1.AlphaGrid", "{'explicit': {'alphas': [0, 1, 0.5, -100, 100]}}"),
        arguments("common.v1.AlphaGrid", "{'adaptive': {}}"),
        arguments(
            "common.v1.DatasetSpec",
            "{'stored': {'uri': 'file:///data/mnist', 'idx': {'images': 'sub/train..1.gz'}},"
                + " 'classes': [3, 5], 'balanced': {'samplesPerClass': 10}, 'labelNoise': {'share':"
                + " 0.1}, 'scaling': {'standardized': {}}}"),
        arguments(
            "trainer.v1.ImportPairRequest",
            "{'pairImport': {'network': {'vgg16': {}}, 'dataset': {'named': {'name': 'cifar10'}},"
                + " 'upload': {'initFile': {'bytes': '8'}, 'finalFile': {'bytes': '8'}},"
                + " 'tensorNames': {'features.0.weight': 'layers.1.weight'}}}"),
        arguments("trainer.v1.ImportPairRequest", "{'chunk': {'data': 'AAAA'}}"),
        arguments(
            "trainer.v1.ReadTensorsRequest",
            "{'name': 'pairs/a', 'checkpoint': {'end': 'PAIR_END_INIT'}, 'offset': '4096'}"));
  }

  @ParameterizedTest(name = "{0} {1}: {2} {3}")
  @MethodSource
  void refuses(String message, String json, String path, String rule) throws Exception {
    ValidationResult result = VALIDATOR.validate(parse(message, json));
    assertThat(violations(result)).containsExactly(path + ": " + rule);
  }

  static Stream<Arguments> refuses() {
    String network = "'network': {'fullyConnected': {}}";
    String data = "'dataset': {'named': {'name': 'mnist'}}";
    String ends = "'ends': {'first': {'pair': {'name': 'pairs/a'}}}";
    return Stream.of(
        // Names, ids, labels and pages.
        arguments("trainer.v1.GetTrainingRequest", "{}", "name", "string.pattern"),
        arguments("trainer.v1.GetTrainingRequest", "{'name': 'pairs/a'}", "name", "string.pattern"),
        arguments("trainer.v1.GetPairRequest", "{'name': 'pairs/../a'}", "name", "string.pattern"),
        arguments(
            "trainer.v1.GetPairRequest",
            "{'name': 'pairs/" + "a".repeat(64) + "'}",
            "name",
            "string.pattern"),
        arguments("trainer.v1.GetPairRequest", "{'name': 'pairs/a-'}", "name", "string.pattern"),
        arguments(
            "interpolator.v1.GetEvaluationRequest",
            "{'name': 'evaluations/A'}",
            "name",
            "string.pattern"),
        arguments(
            "interpolator.v1.GetDeviceRequest", "{'name': 'devices/'}", "name", "string.pattern"),
        arguments("trainer.v1.ListPairsRequest", "{'pageSize': -1}", "page_size", "int32.gte_lte"),
        arguments(
            "trainer.v1.ListPairsRequest", "{'pageSize': 1001}", "page_size", "int32.gte_lte"),
        arguments(
            "trainer.v1.ListTrainingsRequest",
            "{'pageToken': '" + "x".repeat(1025) + "'}",
            "page_token",
            "string.max_len"),
        arguments(
            "interpolator.v1.ListEvaluationsRequest",
            "{'filter': '" + "x".repeat(1025) + "'}",
            "filter",
            "string.max_len"),
        arguments(
            "trainer.v1.WatchTrainingRequest",
            "{'name': 'trainings/a', 'afterEvent': '-1'}",
            "after_event",
            "int64.gte"),
        arguments(
            "trainer.v1.DeletePairRequest",
            "{'name': 'pairs/a', 'etag': '" + "x".repeat(129) + "'}",
            "etag",
            "string.max_len"),
        arguments(
            "trainer.v1.CreateTrainingRequest",
            "{'requestId': 'a b', 'spec': {" + network + ", " + data + "}}",
            "request_id",
            "string.pattern"),
        arguments(
            "trainer.v1.CreateTrainingRequest",
            "{'labels': {'Depth': '8'}, 'spec': {" + network + ", " + data + "}}",
            "labels[\"Depth\"]",
            "string.pattern"),
        arguments(
            "trainer.v1.CreateTrainingRequest",
            "{'labels': {'a': '" + "x".repeat(256) + "'}, 'spec': {" + network + ", " + data + "}}",
            "labels[\"a\"]",
            "string.max_len"),
        arguments(
            "interpolator.v1.CreateEvaluationRequest",
            "{'labels': {"
                + Stream.iterate(0, i -> i + 1)
                    .limit(65)
                    .map(i -> "'k" + i + "': ''")
                    .collect(Collectors.joining(","))
                + "}, 'spec': {"
                + ends
                + "}}",
            "labels",
            "map.max_pairs"),
        // What must be there.
        arguments("trainer.v1.CreateTrainingRequest", "{}", "work", "required"),
        arguments(
            "trainer.v1.CreateTrainingRequest",
            "{'spec': {" + data + "}}",
            "spec.network",
            "required"),
        arguments(
            "trainer.v1.CreateTrainingRequest",
            "{'spec': {'network': {}, " + data + "}}",
            "spec.network.architecture",
            "required"),
        arguments(
            "trainer.v1.CreateTrainingRequest",
            "{'spec': {" + network + ", 'dataset': {}}}",
            "spec.dataset.source",
            "required"),
        arguments("interpolator.v1.PlanRequest", "{}", "spec", "required"),
        arguments("interpolator.v1.PlanRequest", "{'spec': {}}", "spec.ends", "required"),
        arguments(
            "interpolator.v1.InterpolateRequest",
            "{'spec': {" + ends + ", 'schemes': [{'linear': {}}, {}]}}",
            "spec.schemes[1].kind",
            "required"),
        arguments("trainer.v1.ImportPairRequest", "{}", "part", "required"),
        arguments("trainer.v1.ReadTensorsRequest", "{'name': 'pairs/a'}", "checkpoint", "required"),
        arguments(
            "trainer.v1.ReadTensorsRequest",
            "{'name': 'pairs/a', 'checkpoint': {}}",
            "",
            "read_tensors.checkpoint_named"),
        // Paths.
        arguments(
            "interpolator.v1.InterpolateRequest",
            "{'spec': {"
                + ends
                + ", 'schemes': ["
                + Stream.generate(() -> "{'linear': {}}").limit(33).collect(Collectors.joining(","))
                + "]}}",
            "spec.schemes",
            "repeated.max_items"),
        arguments(
            "interpolator.v1.InterpolateRequest",
            "{'spec': {" + ends + ", 'precision': 7}}",
            "spec.precision",
            "enum.defined_only"),
        arguments(
            "interpolator.v1.InterpolateRequest",
            "{'spec': {" + ends + ", 'limits': {'maxBatchSamples': 0}}}",
            "spec.limits.max_batch_samples",
            "int32.gte_lte"),
        arguments(
            "interpolator.v1.InterpolateRequest",
            "{'spec': {" + ends + ", 'summary': {'tolerance': 1}}}",
            "spec.summary.tolerance",
            "double.gte_lt"),
        arguments("common.v1.PathEnds", "{'first': {'zero': {}}}", "", "path_ends.second_required"),
        arguments(
            "common.v1.PathEnds",
            "{'first': {'zero': {}}, 'second': {'zero': {}}}",
            "",
            "path_ends.not_both_zero"),
        arguments(
            "common.v1.EndRef",
            "{'stored': {'uri': 'http://host/pair'}}",
            "stored.uri",
            "string.pattern"),
        arguments(
            "common.v1.EndRef",
            "{'pair': {'name': 'pairs/a', 'checkpoint': {'epoch': 0}}}",
            "pair.checkpoint.epoch",
            "int32.gte_lte"),
        // Schemes and grids.
        arguments("common.v1.Scheme", "{'layers': {}}", "layers.layers", "repeated.min_items"),
        arguments(
            "common.v1.Scheme",
            "{'layers': {'layers': [2, 2]}}",
            "layers.layers",
            "repeated.unique"),
        arguments(
            "common.v1.Scheme",
            "{'layers': {'layers': [1, 1001]}}",
            "layers.layers[1]",
            "int32.gte_lte"),
        arguments(
            "common.v1.Scheme",
            "{'biasesOnly': {'held': 3}}",
            "biases_only.held",
            "enum.defined_only"),
        arguments("common.v1.AlphaGrid", "{}", "kind", "required"),
        arguments(
            "common.v1.AlphaGrid",
            "{'uniform': {'count': 10002}}",
            "uniform.count",
            "int32.gte_lte"),
        arguments(
            "common.v1.AlphaGrid", "{'uniform': {'count': 0}}", "uniform.count", "int32.gte_lte"),
        arguments(
            "common.v1.AlphaGrid",
            "{'uniform': {'start': 1}}",
            "uniform",
            "uniform.start_below_stop"),
        arguments(
            "common.v1.AlphaGrid",
            "{'uniform': {'start': 0.5, 'stop': 0.25}}",
            "uniform",
            "uniform.start_below_stop"),
        arguments(
            "common.v1.AlphaGrid",
            "{'explicit': {'alphas': [0, 0.5, 0.5]}}",
            "explicit.alphas",
            "repeated.unique"),
        arguments(
            "common.v1.AlphaGrid",
            "{'explicit': {'alphas': [0, 101]}}",
            "explicit.alphas[1]",
            "double.gte_lte"),
        arguments(
            "common.v1.AlphaGrid", "{'explicit': {}}", "explicit.alphas", "repeated.min_items"),
        arguments(
            "common.v1.AlphaGrid",
            "{'adaptive': {'tolerance': 0}}",
            "adaptive.tolerance",
            "double.gt_lte"),
        arguments(
            "common.v1.AlphaGrid",
            "{'adaptive': {'start': 2}}",
            "adaptive",
            "adaptive.start_below_stop"),
        // Networks.
        arguments(
            "common.v1.NetworkSpec",
            "{'fullyConnected': {'depth': 1001}}",
            "fully_connected.depth",
            "int32.gte_lte"),
        arguments(
            "common.v1.NetworkSpec",
            "{'fullyConnected': {'width': 65537}}",
            "fully_connected.width",
            "int32.gte_lte"),
        arguments(
            "common.v1.NetworkSpec",
            "{'fullyConnected': {'depth': 4, 'widths': {'values': [8, 8]}}}",
            "fully_connected",
            "fully_connected.depth_matches_widths"),
        arguments(
            "common.v1.NetworkSpec",
            "{'fullyConnected': {}, 'classes': 1}",
            "classes",
            "int32.gte_lte"),
        arguments(
            "common.v1.NetworkSpec",
            "{'fullyConnected': {}, 'inputShape': {'dimensions': [28, 28]}}",
            "input_shape",
            "input_shape.rank"),
        arguments(
            "common.v1.NetworkSpec",
            "{'fullyConnected': {}, 'layerOverrides': [{'layer': 2}, {'layer': 2}]}",
            "",
            "network_spec.overrides_unique"),
        arguments(
            "common.v1.NetworkSpec",
            "{'layerList': {'layers': [{'flatten': {}}]}, 'layerOverrides': [{'layer': 2}]}",
            "",
            "network_spec.overrides_for_presets"),
        arguments(
            "common.v1.NetworkSpec",
            "{'fullyConnected': {}, 'layerOverrides': [{'layer': 1, 'biasMode':"
                + " 'BIAS_MODE_NONE_IN_LAST_LAYER'}]}",
            "layer_overrides[0].bias_mode",
            "enum.not_in"),
        arguments(
            "common.v1.NetworkSpec",
            "{'layerList': {'layers': [{'conv2d': {'filters': 1, 'kernel': {}}}]}}",
            "layer_list.layers[0].conv2d",
            "conv2d.kernel_positive"),
        arguments(
            "common.v1.NetworkSpec",
            "{'layerList': {'layers': [{'maxPool2d': {'kernel': {'height': 2}, 'stride':"
                + " {'height': 2, 'width': 0}}}]}}",
            "layer_list.layers[0].max_pool2d",
            "max_pool2d.stride_positive"),
        arguments(
            "common.v1.NetworkSpec",
            "{'layerList': {'layers': [{'averagePool2d': {}}]}}",
            "layer_list.layers[0].average_pool2d.kernel",
            "required"),
        arguments(
            "common.v1.NetworkSpec",
            "{'layerList': {}}",
            "layer_list.layers",
            "repeated.min_items"),
        arguments("common.v1.Initializer", "{'scale': 0}", "scale", "double.gt_lte"),
        // Data.
        arguments(
            "common.v1.DatasetSpec",
            "{'named': {'name': '../mnist'}}",
            "named.name",
            "string.pattern"),
        arguments(
            "common.v1.DatasetSpec",
            "{'stored': {'uri': 'file:///data'}}",
            "stored.format",
            "required"),
        arguments(
            "common.v1.DatasetSpec",
            "{'stored': {'uri': 'file:///data', 'idx': {'images': 'a/../../b'}}}",
            "stored.idx.images",
            "stored_dataset.file_below_uri"),
        arguments(
            "common.v1.DatasetSpec",
            "{'stored': {'uri': 'file:///data', 'idx': {'labels': '/etc/passwd'}}}",
            "stored.idx.labels",
            "stored_dataset.file_below_uri"),
        arguments(
            "common.v1.DatasetSpec",
            "{'named': {'name': 'mnist'}, 'labelNoise': {'share': 1.5}}",
            "label_noise.share",
            "double.gte_lte"),
        arguments(
            "common.v1.DatasetSpec",
            "{'named': {'name': 'mnist'}, 'digest': 'sha256:00'}",
            "digest",
            "string.pattern"),
        arguments(
            "common.v1.DatasetSpec",
            "{'named': {'name': 'mnist'}, 'scaling': {'affine': {'mean': [0.5],"
                + " 'standardDeviation': [0]}}}",
            "scaling.affine.standard_deviation[0]",
            "double.gt_lte"),
        // Training.
        arguments(
            "trainer.v1.TrainingSpec",
            "{" + network + ", " + data + ", 'batchSize': 0}",
            "batch_size",
            "int32.gte_lte"),
        arguments(
            "trainer.v1.TrainingSpec",
            "{" + network + ", " + data + ", 'seed': '-1'}",
            "seed",
            "int64.gte"),
        arguments(
            "trainer.v1.TrainingSpec",
            "{" + network + ", " + data + ", 'labelSmoothing': 1}",
            "label_smoothing",
            "double.gte_lt"),
        arguments(
            "trainer.v1.TrainingSpec",
            "{" + network + ", " + data + ", 'saveInterval': '0.5s'}",
            "save_interval",
            "duration.gte_lte"),
        arguments(
            "trainer.v1.TrainingSpec",
            "{" + network + ", " + data + ", 'checkpointEpochs': [1, 1]}",
            "checkpoint_epochs",
            "repeated.unique"),
        arguments(
            "trainer.v1.TrainingSpec",
            "{" + network + ", " + data + ", 'stoppingRule': {'maxEpochs': 100001}}",
            "stopping_rule.max_epochs",
            "int32.gte_lte"),
        arguments(
            "trainer.v1.Optimizer",
            "{'sgd': {'nesterov': true, 'momentum': 0}}",
            "sgd",
            "sgd.nesterov_needs_momentum"),
        arguments("trainer.v1.Optimizer", "{'adam': {'beta2': 1}}", "adam.beta2", "double.gte_lt"),
        arguments("trainer.v1.LearningRate", "{'base': 0}", "base", "double.gt_lte"),
        arguments("trainer.v1.LearningRate", "{'warmUp': {}}", "warm_up.epochs", "double.gt_lte"),
        arguments("trainer.v1.GradientClipping", "{}", "kind", "required"),
        arguments("trainer.v1.SweepAxis", "{'depths': {}}", "depths.values", "repeated.min_items"),
        arguments(
            "trainer.v1.SweepAxis",
            "{'biasModes': {'values': ['BIAS_MODE_UNSPECIFIED']}}",
            "bias_modes.values[0]",
            "enum.not_in"),
        arguments(
            "trainer.v1.SweepSpec",
            "{'base': {" + network + ", " + data + "}}",
            "axes",
            "repeated.min_items"),
        // Files.
        arguments(
            "trainer.v1.ReadTensorsRequest",
            "{'name': 'pairs/a', 'checkpoint': {'epoch': 1}, 'chunkBytes': 4194305}",
            "chunk_bytes",
            "int32.gte_lte"),
        arguments(
            "trainer.v1.PairImport",
            "{" + network + ", " + data + ", 'upload': {'finalFile': {'bytes': '1'}}}",
            "upload.init_file",
            "required"),
        arguments(
            "trainer.v1.PairImport",
            "{"
                + network
                + ", "
                + data
                + ", 'upload': {'initFile': {'bytes': '1'}, 'finalFile':"
                + " {}}}",
            "upload.final_file.bytes",
            "int64.gte_lte"));
  }

  /** JSON's numbers cannot say these, the wire can. */
  @ParameterizedTest
  @MethodSource
  void refusesWhatIsNotFinite(String json) throws Exception {
    ValidationResult result = VALIDATOR.validate(parse("common.v1.AlphaGrid", json));
    assertThat(violations(result)).contains("explicit.alphas[0]: double.finite");
  }

  static Stream<String> refusesWhatIsNotFinite() {
    return Stream.of("'NaN'", "'Infinity'", "'-Infinity'")
        .map(number -> "{'explicit': {'alphas': [" + number + "]}}");
  }

  @Test
  void refusesOversizedChunks() throws ValidationException {
    Message chunk =
        FileChunk.newBuilder().setData(ByteString.copyFrom(new byte[4_194_305])).build();
    assertThat(violations(VALIDATOR.validate(chunk))).containsExactly("data: bytes.max_len");
  }

  private static Message parse(String name, String json) throws InvalidProtocolBufferException {
    Descriptor message =
        CONTRACT.messages().stream()
            .filter(m -> m.getFullName().equals("plateau." + name))
            .findFirst()
            .orElseThrow();
    Message.Builder builder = Contract.generated(message).newBuilderForType();
    JsonFormat.parser().merge(json.replace('\'', '"'), builder);
    return builder.build();
  }

  private static List<String> violations(ValidationResult result) {
    return result.toProto().getViolationsList().stream()
        .map(v -> path(v.getField()) + ": " + v.getRuleId())
        .toList();
  }

  private static String path(FieldPath path) {
    return path.getElementsList().stream()
        .map(
            e ->
                e.getFieldName()
                    + (e.hasIndex() ? "[" + e.getIndex() + "]" : "")
                    + (e.getSubscriptCase() == FieldPathElement.SubscriptCase.STRING_KEY
                        ? "[\"" + e.getStringKey() + "\"]"
                        : ""))
        .collect(Collectors.joining("."));
  }
}
