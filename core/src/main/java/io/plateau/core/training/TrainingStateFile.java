package io.plateau.core.training;

import io.plateau.core.checkpoint.EpochRecord;
import io.plateau.core.checkpoint.HeldOut;
import io.plateau.core.network.ParameterLayout;
import io.plateau.core.network.Parameters;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Bytes of a {@link TrainingState}, for the program that wrote them to go on from: every number to
 * the bit. Not an exchange format; whoever keeps it guards it with a digest.
 */
public final class TrainingStateFile {
  private static final int MAGIC = 0x504c5453;
  private static final int VERSION = 1;
  private static final int MOST_ENTRIES = 1 << 20;

  private TrainingStateFile() {}

  /** Writes a state; the stream is flushed, not closed. */
  public static void write(TrainingState state, OutputStream stream) throws IOException {
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(stream, 1 << 16));
    out.writeInt(MAGIC);
    out.writeInt(VERSION);
    out.writeInt(state.epoch());
    out.writeInt(state.step());
    out.writeDouble(state.epochSeconds());
    writeValues(state.initialization(), out);
    writeValues(state.parameters(), out);
    writeValues(state.velocity(), out);
    out.writeInt(state.learnedSince().size());
    for (OptionalInt since : state.learnedSince()) {
      out.writeInt(since.orElse(-1));
    }
    out.writeInt(state.epochs().size());
    for (EpochRecord epoch : state.epochs()) {
      out.writeInt(epoch.epoch());
      out.writeDouble(epoch.learningRate());
      out.writeDouble(epoch.trainLoss());
      out.writeDouble(epoch.trainError());
      writeOptionals(epoch.trainClassAccuracy(), out);
      writeOptionals(epoch.trainClassProbability(), out);
      out.writeBoolean(epoch.heldOut().isPresent());
      if (epoch.heldOut().isPresent()) {
        out.writeDouble(epoch.heldOut().get().loss());
        out.writeDouble(epoch.heldOut().get().error());
        writeOptionals(epoch.heldOut().get().classAccuracy(), out);
      }
      out.writeInt(epoch.lastBiases().size());
      for (double bias : epoch.lastBiases()) {
        out.writeDouble(bias);
      }
      out.writeDouble(epoch.seconds());
    }
    out.flush();
  }

  /**
   * Reads a state.
   *
   * @throws TrainingException if it is not a state of a network with this layout, or of another
   *     version
   */
  public static TrainingState read(InputStream stream, ParameterLayout layout) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(stream, 1 << 16));
    if (in.readInt() != MAGIC || in.readInt() != VERSION) {
      throw new TrainingException("state", "is not a saved training of this version");
    }
    int epoch = in.readInt();
    int step = in.readInt();
    double epochSeconds = in.readDouble();
    Parameters initialization = readValues(layout, in);
    Parameters parameters = readValues(layout, in);
    Parameters velocity = readValues(layout, in);
    List<OptionalInt> learnedSince = new ArrayList<>();
    for (int left = readCount(in); left > 0; left--) {
      int since = in.readInt();
      learnedSince.add(since < 0 ? OptionalInt.empty() : OptionalInt.of(since));
    }
    List<EpochRecord> epochs = new ArrayList<>();
    for (int left = readCount(in); left > 0; left--) {
      int number = in.readInt();
      double rate = in.readDouble();
      double loss = in.readDouble();
      double error = in.readDouble();
      List<OptionalDouble> accuracy = readOptionals(in);
      List<OptionalDouble> probability = readOptionals(in);
      Optional<HeldOut> heldOut =
          in.readBoolean()
              ? Optional.of(new HeldOut(in.readDouble(), in.readDouble(), readOptionals(in)))
              : Optional.empty();
      List<Double> biases = new ArrayList<>();
      for (int b = readCount(in); b > 0; b--) {
        biases.add(in.readDouble());
      }
      epochs.add(
          new EpochRecord(
              number, rate, loss, error, accuracy, probability, heldOut, biases, in.readDouble()));
    }
    return new TrainingState(
        epoch, step, initialization, parameters, velocity, epochs, learnedSince, epochSeconds);
  }

  private static void writeValues(Parameters parameters, DataOutputStream out) throws IOException {
    float[] values = parameters.toArray();
    out.writeInt(values.length);
    for (float value : values) {
      out.writeInt(Float.floatToRawIntBits(value));
    }
  }

  private static Parameters readValues(ParameterLayout layout, DataInputStream in)
      throws IOException {
    int size = in.readInt();
    if (size != layout.size()) {
      throw new TrainingException(
          "state", "holds " + size + " parameters, the network has " + layout.size());
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = Float.intBitsToFloat(in.readInt());
    }
    return Parameters.wrap(layout, values);
  }

  private static void writeOptionals(List<OptionalDouble> values, DataOutputStream out)
      throws IOException {
    out.writeInt(values.size());
    for (OptionalDouble value : values) {
      out.writeBoolean(value.isPresent());
      out.writeDouble(value.orElse(0));
    }
  }

  private static List<OptionalDouble> readOptionals(DataInputStream in) throws IOException {
    List<OptionalDouble> values = new ArrayList<>();
    for (int left = readCount(in); left > 0; left--) {
      boolean present = in.readBoolean();
      double value = in.readDouble();
      values.add(present ? OptionalDouble.of(value) : OptionalDouble.empty());
    }
    return values;
  }

  private static int readCount(DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > MOST_ENTRIES) {
      throw new TrainingException("state", "is damaged");
    }
    return count;
  }
}
