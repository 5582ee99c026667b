package io.plateau.service.translation;

import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.TensorShape;
import io.plateau.core.training.LearningRate;
import io.plateau.core.training.Sgd;
import io.plateau.core.training.StoppingRule;
import io.plateau.core.training.TrainingException;
import io.plateau.core.training.TrainingPlan;
import io.plateau.proto.trainer.v1.LearningRate.WarmUp;
import io.plateau.proto.trainer.v1.Optimizer;
import io.plateau.proto.trainer.v1.Optimizer.WeightDecay;
import io.plateau.proto.trainer.v1.RecordOptions;
import io.plateau.proto.trainer.v1.TrainingSpec;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** What to train, and how. */
public final class TrainingPlanTranslation {
  private static final int DEFAULT_BATCH_SIZE = 128;
  private static final int DEFAULT_EPOCHS = 10;
  private static final double DEFAULT_RATE = 0.05;
  private static final double DEFAULT_STEP_FACTOR = 0.1;
  private static final double DEFAULT_LEARNED_PROBABILITY = 0.9;

  private TrainingPlanTranslation() {}

  /**
   * The plan of a training. Both data sets, the precision, the epochs to keep and the interval of
   * saving are no part of it: they are whoever's who runs it.
   *
   * @param samples shape of one sample of the training data
   * @param classes of the training data
   * @throws io.plateau.service.errors.PlateauException TRAINING_INVALID, NETWORK_INVALID,
   *     REQUEST_INVALID or NOT_IMPLEMENTED, naming the field
   */
  public static TrainingPlan toCore(
      TrainingSpec spec, RequestField field, TensorShape samples, int classes) {
    refuseUnsupported(spec, field);
    NetworkSpec network =
        NetworkTranslation.toCore(spec.getNetwork(), field.child("network"), samples, classes);
    try {
      return new TrainingPlan(
          network,
          sgd(spec.getOptimizer(), field.child("optimizer")),
          learningRate(spec.getLearningRate(), field.child("learning_rate")),
          spec.hasBatchSize() ? spec.getBatchSize() : DEFAULT_BATCH_SIZE,
          spec.getSeed(),
          stoppingRule(spec.getStoppingRule(), field.child("stopping_rule")),
          spec.getRecord().hasLearnedProbability()
              ? spec.getRecord().getLearnedProbability()
              : DEFAULT_LEARNED_PROBABILITY);
    } catch (TrainingException e) {
      throw CoreErrors.of(e, field);
    }
  }

  private static void refuseUnsupported(TrainingSpec spec, RequestField field) {
    if (spec.getLabelSmoothing() != 0) {
      throw field.child("label_smoothing").unsupported("label smoothing", "leave it unset");
    }
    if (spec.hasGradientClipping()) {
      throw field.child("gradient_clipping").unsupported("gradient clipping", "leave it unset");
    }
    if (spec.getAugmentationsCount() > 0) {
      throw field.child("augmentations").unsupported("augmentation", "leave it empty");
    }
    RecordOptions options = spec.getRecord();
    RequestField record = field.child("record");
    if (options.hasEveryEpochs() && options.getEveryEpochs() != 1) {
      throw record
          .child("every_epochs")
          .unsupported("recording only some epochs", "leave it unset: every epoch is recorded");
    }
    if (options.hasEverySteps()) {
      throw record
          .child("every_steps")
          .unsupported("recording steps", "leave it unset: every epoch is recorded");
    }
  }

  private static Sgd sgd(Optimizer optimizer, RequestField field) {
    return switch (optimizer.getKindCase()) {
      case KIND_NOT_SET -> Sgd.DEFAULT;
      case SGD -> {
        Optimizer.Sgd sgd = optimizer.getSgd();
        WeightDecay decay = sgd.getWeightDecay();
        double momentum = sgd.hasMomentum() ? sgd.getMomentum() : Sgd.DEFAULT.momentum();
        if (sgd.getNesterov() && momentum == 0) {
          throw field.child("sgd.nesterov").invalid("needs a momentum above 0");
        }
        boolean decaysBiases =
            switch (decay.getScope()) {
              case DECAY_SCOPE_UNSPECIFIED, DECAY_SCOPE_ALL -> true;
              case DECAY_SCOPE_WEIGHTS -> false;
              case UNRECOGNIZED ->
                  throw field
                      .child("sgd.weight_decay.scope")
                      .invalid("is unknown; give DECAY_SCOPE_ALL or DECAY_SCOPE_WEIGHTS");
            };
        yield new Sgd(momentum, sgd.getNesterov(), decay.getRate(), decaysBiases);
      }
      case ADAM -> throw field.child("adam").unsupported("Adam", "give sgd");
      case GRADIENT_FLOW ->
          throw field.child("gradient_flow").unsupported("gradient flow", "give sgd");
    };
  }

  private static LearningRate learningRate(
      io.plateau.proto.trainer.v1.LearningRate rate, RequestField field) {
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
        rate.hasBase() ? rate.getBase() : DEFAULT_RATE, schedule, warmUp(rate, field));
  }

  private static OptionalInt warmUp(
      io.plateau.proto.trainer.v1.LearningRate rate, RequestField field) {
    if (!rate.hasWarmUp()) {
      return OptionalInt.empty();
    }
    WarmUp warmUp = rate.getWarmUp();
    RequestField at = field.child("warm_up");
    if (warmUp.getStartShare() != 0) {
      throw at.child("start_share").unsupported("a start above 0", "leave it unset");
    }
    int epochs = (int) warmUp.getEpochs();
    if (epochs != warmUp.getEpochs()) {
      throw at.child("epochs").unsupported("a part of an epoch", "give a whole number");
    }
    return OptionalInt.of(epochs);
  }

  private static StoppingRule stoppingRule(
      io.plateau.proto.trainer.v1.StoppingRule rule, RequestField field) {
    if (rule.hasLossPlateau()) {
      throw field
          .child("loss_plateau")
          .unsupported("stopping when the loss no longer falls", "give train_loss or max_epochs");
    }
    if (rule.hasMaxDuration()) {
      throw field
          .child("max_duration")
          .unsupported(
              "stopping by time", "give max_epochs, which ends in the same place anywhere");
    }
    return new StoppingRule(
        rule.hasMaxEpochs() ? rule.getMaxEpochs() : DEFAULT_EPOCHS,
        rule.hasTrainLoss() ? OptionalDouble.of(rule.getTrainLoss()) : OptionalDouble.empty(),
        rule.hasTrainError() ? OptionalDouble.of(rule.getTrainError()) : OptionalDouble.empty());
  }
}
