package io.plateau.trainer.training;

import io.plateau.core.network.NetworkSpec;
import io.plateau.core.training.LearningRate;
import io.plateau.core.training.Sgd;
import io.plateau.core.training.StoppingRule;
import io.plateau.core.training.TrainingException;
import io.plateau.core.training.TrainingPlan;
import io.plateau.proto.common.v1.Precision;
import io.plateau.proto.trainer.v1.Optimizer;
import io.plateau.proto.trainer.v1.TrainingSpec;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.service.translation.RequestField;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Reads how to train: fills in the contract's defaults and refuses what this version can't do,
 * naming the field.
 */
final class PlanTranslation {
  private static final double DEFAULT_RATE = 0.05;
  private static final double DEFAULT_STEP_FACTOR = 0.1;
  private static final int DEFAULT_BATCH = 128;
  private static final int DEFAULT_EPOCHS = 10;
  private static final double DEFAULT_LEARNED_PROBABILITY = 0.9;
  private static final Duration DEFAULT_SAVE_INTERVAL = Duration.ofSeconds(60);

  private PlanTranslation() {}

  /**
   * The plan of a training of a given network.
   *
   * @param at field that holds the specification
   * @throws PlateauException NOT_IMPLEMENTED, TRAINING_INVALID or LIMIT_EXCEEDED, naming the field
   */
  static TrainingPlan toCore(
      TrainingSpec spec, NetworkSpec network, TrainingLimits limits, RequestField at) {
    refuseUnsupported(spec, at);
    try {
      return new TrainingPlan(
          network,
          optimizer(spec.getOptimizer(), at.child("optimizer")),
          learningRate(spec.getLearningRate(), at.child("learning_rate")),
          spec.hasBatchSize() ? spec.getBatchSize() : DEFAULT_BATCH,
          spec.getSeed(),
          stoppingRule(spec.getStoppingRule(), limits, at.child("stopping_rule")),
          spec.getRecord().hasLearnedProbability()
              ? spec.getRecord().getLearnedProbability()
              : DEFAULT_LEARNED_PROBABILITY);
    } catch (TrainingException e) {
      throw at.child(e.field()).failure(Reason.TRAINING_INVALID, problem(e), e);
    }
  }

  /** How often the state to resume from is saved. */
  static Duration saveInterval(TrainingSpec spec) {
    return spec.hasSaveInterval()
        ? Duration.ofSeconds(spec.getSaveInterval().getSeconds(), spec.getSaveInterval().getNanos())
        : DEFAULT_SAVE_INTERVAL;
  }

  private static String problem(TrainingException e) {
    String prefix = e.field() + ": ";
    return e.getMessage().startsWith(prefix)
        ? e.getMessage().substring(prefix.length())
        : e.getMessage();
  }

  private static void refuseUnsupported(TrainingSpec spec, RequestField at) {
    RequestField record = at.child("record");
    if (spec.getRecord().hasEveryEpochs() && spec.getRecord().getEveryEpochs() != 1) {
      throw record
          .child("every_epochs")
          .unsupported("recording fewer epochs", "leave it unset: every epoch is recorded");
    }
    if (spec.getRecord().hasEverySteps()) {
      throw record
          .child("every_steps")
          .unsupported("recording single steps", "leave it unset: every epoch is recorded");
    }
    if (spec.getLabelSmoothing() != 0) {
      throw at.child("label_smoothing").unsupported("label smoothing", "leave it unset");
    }
    if (spec.hasGradientClipping()) {
      throw at.child("gradient_clipping").unsupported("gradient clipping", "leave it unset");
    }
    if (spec.getAugmentationsCount() > 0) {
      throw at.child("augmentations").unsupported("augmentation", "leave it unset");
    }
    if (spec.getPrecision() == Precision.PRECISION_FLOAT64) {
      throw at.child("precision")
          .unsupported("training in float64", "leave it unset, or give PRECISION_FLOAT32");
    }
  }

  private static Sgd optimizer(Optimizer optimizer, RequestField at) {
    return switch (optimizer.getKindCase()) {
      case KIND_NOT_SET -> Sgd.DEFAULT;
      case SGD -> sgd(optimizer.getSgd());
      case ADAM -> throw at.child("adam").unsupported("Adam", "give sgd");
      case GRADIENT_FLOW -> throw at.child("gradient_flow").unsupported("the flow", "give sgd");
    };
  }

  private static Sgd sgd(Optimizer.Sgd sgd) {
    return new Sgd(
        sgd.hasMomentum() ? sgd.getMomentum() : Sgd.DEFAULT.momentum(),
        sgd.getNesterov(),
        sgd.getWeightDecay().getRate(),
        sgd.getWeightDecay().getScope() != Optimizer.DecayScope.DECAY_SCOPE_WEIGHTS);
  }

  private static LearningRate learningRate(
      io.plateau.proto.trainer.v1.LearningRate rate, RequestField at) {
    LearningRate.Schedule schedule =
        switch (rate.getScheduleCase()) {
          case SCHEDULE_NOT_SET, CONSTANT -> new LearningRate.Constant();
          case STEP ->
              new LearningRate.Step(
                  rate.getStep().getEveryEpochs(),
                  rate.getStep().hasFactor() ? rate.getStep().getFactor() : DEFAULT_STEP_FACTOR);
          case COSINE -> new LearningRate.Cosine(rate.getCosine().getFinalRate());
        };
    return new LearningRate(
        rate.hasBase() ? rate.getBase() : DEFAULT_RATE, schedule, warmUp(rate, at));
  }

  private static OptionalInt warmUp(
      io.plateau.proto.trainer.v1.LearningRate rate, RequestField at) {
    if (!rate.hasWarmUp()) {
      return OptionalInt.empty();
    }
    double epochs = rate.getWarmUp().getEpochs();
    if (epochs != Math.rint(epochs)) {
      throw at.child("warm_up.epochs")
          .unsupported("a warm-up of parts of epochs", "give a whole number");
    }
    if (rate.getWarmUp().getStartShare() != 0) {
      throw at.child("warm_up.start_share").unsupported("a warm-up from above 0", "leave it unset");
    }
    if (rate.hasStep()) {
      throw at.child("warm_up")
          .unsupported("a warm-up before a step schedule", "leave one of them unset");
    }
    return OptionalInt.of((int) epochs);
  }

  private static StoppingRule stoppingRule(
      io.plateau.proto.trainer.v1.StoppingRule rule, TrainingLimits limits, RequestField at) {
    if (rule.hasLossPlateau()) {
      throw at.child("loss_plateau")
          .unsupported("stopping at a plateau of the loss", "give train_loss or max_epochs");
    }
    if (rule.hasMaxDuration()) {
      throw at.child("max_duration").unsupported("stopping by time", "give max_epochs");
    }
    int epochs = rule.hasMaxEpochs() ? rule.getMaxEpochs() : DEFAULT_EPOCHS;
    if (epochs > limits.epochs()) {
      throw limit(
          at.child("max_epochs"),
          epochs + " epochs are more than this server trains, " + limits.epochs(),
          limits.epochs(),
          epochs);
    }
    return new StoppingRule(
        epochs,
        rule.hasTrainLoss() ? OptionalDouble.of(rule.getTrainLoss()) : OptionalDouble.empty(),
        rule.hasTrainError() ? OptionalDouble.of(rule.getTrainError()) : OptionalDouble.empty());
  }

  /** A size that is over a limit of this server. */
  static PlateauException limit(RequestField field, String problem, long limit, long actual) {
    return PlateauException.builder(Reason.LIMIT_EXCEEDED, field.path() + ": " + problem)
        .field(field.path(), problem)
        .metadata("limit", limit)
        .metadata("actual", actual)
        .build();
  }
}
