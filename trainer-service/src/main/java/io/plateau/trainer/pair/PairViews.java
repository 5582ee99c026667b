package io.plateau.trainer.pair;

import io.plateau.proto.common.v1.Network;
import io.plateau.proto.trainer.v1.CheckpointPair;

/** What a view of a pair leaves out. */
public final class PairViews {
  private PairViews() {}

  /** Without the network's layers and tensors and without the recorded epochs and steps. */
  static CheckpointPair basic(CheckpointPair pair) {
    CheckpointPair.Builder basic = pair.toBuilder();
    basic.setNetwork(basic(pair.getNetwork()));
    if (pair.hasTrainingRecord()) {
      basic.getTrainingRecordBuilder().clearEpochs().clearRecordedSteps();
    }
    return basic.build();
  }

  /** A network without its layers and tensors, also where its specification lists them. */
  public static Network basic(Network network) {
    Network.Builder basic = network.toBuilder().clearLayers();
    basic.getParametersBuilder().clearTensors();
    if (network.getSpec().hasLayerList()) {
      basic.getSpecBuilder().clearLayerList();
    }
    return basic.build();
  }
}
