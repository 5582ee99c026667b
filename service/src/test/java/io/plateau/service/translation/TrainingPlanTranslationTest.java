package io.plateau.service.translation;

import static io.plateau.service.translation.Messages.SPEC;
import static io.plateau.service.translation.Messages.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.core.network.Activation;
import io.plateau.core.network.BiasMode;
import io.plateau.core.network.FullyConnected;
import io.plateau.core.network.Initializer;
import io.plateau.core.network.TensorShape;
import io.plateau.core.training.LearningRate;
import io.plateau.core.training.Sgd;
import io.plateau.core.training.StoppingRule;
import io.plateau.core.training.TrainingPlan;
import io.plateau.proto.trainer.v1.TrainingSpec;
import io.plateau.service.errors.Reason;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingPlanTranslationTest {
  /** Fields are written after a network of one layer. */
  private static TrainingPlan toCore(String fields) {
    String json = "{'network': {'fullyConnected': {'depth': 1}}" + fields + "}";
    return TrainingPlanTranslation.toCore(
        Messages.read(json, TrainingSpec.getDefaultInstance()), SPEC, TensorShape.of(6), 3);
  }

  @Test
  void defaults() {
    assertThat(toCore(""))
        .isEqualTo(
            new TrainingPlan(
                FullyConnected.of(
                    6, 3, 1, 1, Activation.RELU, BiasMode.ZERO_INIT, Initializer.DEFAULT),
                new Sgd(0.9, false, 0, true),
                LearningRate.constant(0.05),
                128,
                0,
                StoppingRule.epochs(10),
                0.9));
  }

  @Test
  void everythingStated() {
    TrainingPlan plan =
        toCore(
            """
            , 'optimizer': {'sgd': {'momentum': 0.5, 'nesterov': true,
                'weightDecay': {'rate': 0.01, 'scope': 'DECAY_SCOPE_WEIGHTS'}}}
            , 'learningRate': {'base': 0.2, 'cosine': {'finalRate': 0.01}, 'warmUp': {'epochs': 2}}
            , 'batchSize': 32, 'seed': '7'
            , 'stoppingRule': {'maxEpochs': 5, 'trainLoss': 0.1, 'trainError': 0.02}
            , 'record': {'learnedProbability': 0.8, 'everyEpochs': 1}
            """);
    assertThat(plan.optimizer()).isEqualTo(new Sgd(0.5, true, 0.01, false));
    assertThat(plan.learningRate())
        .isEqualTo(new LearningRate(0.2, new LearningRate.Cosine(0.01), OptionalInt.of(2)));
    assertThat(plan.batchSize()).isEqualTo(32);
    assertThat(plan.seed()).isEqualTo(7);
    assertThat(plan.stoppingRule())
        .isEqualTo(new StoppingRule(5, OptionalDouble.of(0.1), OptionalDouble.of(0.02)));
    assertThat(plan.learnedProbability()).isEqualTo(0.8);
  }

  @Test
  void steps() {
    assertThat(toCore(", 'learningRate': {'step': {'everyEpochs': 3}}").learningRate())
        .isEqualTo(new LearningRate(0.05, new LearningRate.Step(3, 0.1), OptionalInt.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ", 'optimizer': {'adam': {}} | NOT_IMPLEMENTED | spec.optimizer.adam",
        ", 'optimizer': {'gradientFlow': {}} | NOT_IMPLEMENTED | spec.optimizer.gradient_flow",
        ", 'optimizer': {'sgd': {'momentum': 0, 'nesterov': true}} | REQUEST_INVALID | spec.optimizer.sgd.nesterov",
        ", 'optimizer': {'sgd': {'weightDecay': {'scope': 77}}} | REQUEST_INVALID | spec.optimizer.sgd.weight_decay.scope",
        ", 'optimizer': {'sgd': {'momentum': 1}} | TRAINING_INVALID | spec.optimizer.sgd.momentum",
        ", 'optimizer': {'sgd': {'weightDecay': {'rate': -1}}} | TRAINING_INVALID | spec.optimizer.sgd.weight_decay",
        ", 'learningRate': {'base': -1} | TRAINING_INVALID | spec.learning_rate.base",
        ", 'learningRate': {'cosine': {'finalRate': 1}} | TRAINING_INVALID | spec.learning_rate.cosine.final_rate",
        ", 'learningRate': {'step': {}} | TRAINING_INVALID | spec.learning_rate.step",
        ", 'learningRate': {'warmUp': {'epochs': 0.5}} | NOT_IMPLEMENTED | spec.learning_rate.warm_up.epochs",
        ", 'learningRate': {'warmUp': {'epochs': 'NaN'}} | NOT_IMPLEMENTED | spec.learning_rate.warm_up.epochs",
        ", 'learningRate': {'warmUp': {'epochs': 1, 'startShare': 0.5}} | NOT_IMPLEMENTED | spec.learning_rate.warm_up.start_share",
        ", 'batchSize': 0 | TRAINING_INVALID | spec.batch_size",
        ", 'stoppingRule': {'maxEpochs': 0} | TRAINING_INVALID | spec.stopping_rule.max_epochs",
        ", 'stoppingRule': {'lossPlateau': {}} | NOT_IMPLEMENTED | spec.stopping_rule.loss_plateau",
        ", 'stoppingRule': {'maxDuration': '60s'} | NOT_IMPLEMENTED | spec.stopping_rule.max_duration",
        ", 'record': {'learnedProbability': 1} | TRAINING_INVALID | spec.record.learned_probability",
        ", 'record': {'everyEpochs': 2} | NOT_IMPLEMENTED | spec.record.every_epochs",
        ", 'record': {'everySteps': '10'} | NOT_IMPLEMENTED | spec.record.every_steps",
        ", 'labelSmoothing': 0.1 | NOT_IMPLEMENTED | spec.label_smoothing",
        ", 'gradientClipping': {'norm': 5} | NOT_IMPLEMENTED | spec.gradient_clipping",
        ", 'augmentations': [{'horizontalFlip': {}}] | NOT_IMPLEMENTED | spec.augmentations",
        ", 'network': {'vgg16': {}} | NOT_IMPLEMENTED | spec.network.vgg16",
        ", 'network': {'fullyConnected': {'width': -3}} | NETWORK_INVALID | spec.network.fully_connected.width",
      })
  void refused(String fields, Reason reason, String field) {
    assertRefused(() -> toCoreReplacing(fields), reason, field);
  }

  private static TrainingPlan toCoreReplacing(String fields) {
    if (!fields.startsWith(", 'network'")) {
      return toCore(fields);
    }
    return TrainingPlanTranslation.toCore(
        Messages.read("{" + fields.substring(2) + "}", TrainingSpec.getDefaultInstance()),
        SPEC,
        TensorShape.of(6),
        3);
  }
}
