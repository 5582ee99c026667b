package io.plateau.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plateau.core.file.Sha256;
import io.plateau.core.network.TensorShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What every data set does; each implementation runs all of it. */
abstract class DatasetContract {

  /**
   * Seven samples of shape [1, 2, 3], of three classes with the labels 2 0 1 1 2 0 0. Value j of
   * sample i is (10 i + j) / 255.
   */
  abstract Dataset open();

  static final int[] LABELS = {2, 0, 1, 1, 2, 0, 0};

  static float value(int sample, int j) {
    return (10 * sample + j) / 255f;
  }

  @Test
  void itIsWhatItSays() {
    Dataset dataset = open();

    assertThat(dataset.size()).isEqualTo(7);
    assertThat(dataset.sampleShape()).isEqualTo(TensorShape.of(1, 2, 3));
    assertThat(dataset.classes()).isEqualTo(3);
    assertThat(dataset.classCounts()).containsExactly(3, 2, 2);
    for (int i = 0; i < 7; i++) {
      assertThat(dataset.label(i)).isEqualTo(LABELS[i]);
    }
  }

  @Test
  void stretchesAndListsGiveTheSameSamples() {
    Dataset dataset = open();
    float[] all = new float[2 + 7 * 6 + 1];
    dataset.read(0, 7, all, 2);

    for (int i = 0; i < 7; i++) {
      for (int j = 0; j < 6; j++) {
        assertThat(all[2 + 6 * i + j]).isEqualTo(value(i, j));
      }
    }
    assertThat(all[0] + all[1] + all[44]).isZero();
    float[] some = new float[3 * 6 + 1];
    dataset.gather(new int[] {0, 6, 6, 2, 0}, 1, 3, some, 1);
    assertThat(some[0]).isZero();
    assertThat(some[1]).isEqualTo(value(6, 0));
    assertThat(some[7]).isEqualTo(value(6, 0));
    assertThat(some[18]).isEqualTo(value(2, 5));
  }

  @Test
  void theDigestIsThatOfItsDefinition() {
    ByteBuffer bytes =
        ByteBuffer.wrap(new byte[24 + 4 * 42 + 4 * 7]).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(7).putLong(6).putLong(3);
    for (int i = 0; i < 7; i++) {
      for (int j = 0; j < 6; j++) {
        bytes.putFloat(value(i, j));
      }
    }
    for (int label : LABELS) {
      bytes.putInt(label);
    }

    assertThat(open().digest()).isEqualTo(Sha256.of(bytes.array()));
    assertThat(open().reshaped(TensorShape.of(6)).digest()).isEqualTo(open().digest());
    assertThat(open().limit(6).digest()).isNotEqualTo(open().digest());
  }

  @Test
  void readingOutsideIsRefused() {
    Dataset dataset = open();
    float[] target = new float[42];

    for (int[] range : new int[][] {{-1, 1}, {0, 8}, {7, 1}, {3, -1}, {1, Integer.MAX_VALUE}}) {
      assertThatThrownBy(() -> dataset.read(range[0], range[1], target, 0))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThatThrownBy(() -> dataset.read(0, 7, target, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> dataset.gather(new int[] {7}, 0, 1, target, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> dataset.gather(new int[] {-1}, 0, 1, target, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> dataset.gather(new int[] {0}, 0, 2, target, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> dataset.label(7)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> dataset.label(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aLimitIsTheFirstSamples() {
    Dataset first = open().limit(4);

    assertThat(first.size()).isEqualTo(4);
    assertThat(first.classCounts()).containsExactly(1, 2, 1);
    assertThat(open().limit(100).size()).isEqualTo(7);
    float[] last = new float[6];
    first.read(3, 1, last, 0);
    assertThat(last[0]).isEqualTo(value(3, 0));
    assertThatThrownBy(() -> first.read(3, 2, new float[12], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void classesAreChosenAndRelabelled() {
    Dataset two = new Subset(List.of(2, 0), OptionalInt.of(2), OptionalInt.empty()).of(open());

    assertThat(two.size()).isEqualTo(4);
    assertThat(two.classes()).isEqualTo(2);
    assertThat(two.classCounts()).containsExactly(2, 2);
    int[] samples = {0, 1, 4, 5};
    int[] labels = {0, 1, 0, 1};
    float[] values = new float[24];
    two.read(0, 4, values, 0);
    for (int i = 0; i < 4; i++) {
      assertThat(two.label(i)).isEqualTo(labels[i]);
      assertThat(values[6 * i]).isEqualTo(value(samples[i], 0));
    }
    two.gather(new int[] {3, 0}, 0, 2, values, 0);
    assertThat(values[0]).isEqualTo(value(5, 0));
    assertThat(values[6]).isEqualTo(value(0, 0));
  }

  @Test
  void subsetsThatCannotBeTakenAreRefused() {
    Dataset dataset = open();

    assertRefused("classes: one class", () -> subset(List.of(1), 1));
    assertRefused("classes: [1, 1] names a class twice", () -> subset(List.of(1, 1), 1));
    assertRefused("samples_per_class: 0 is below 1", () -> subset(List.of(), 0));
    assertRefused("classes: 3 is outside 0..2", () -> subset(List.of(0, 3), 1).of(dataset));
    assertRefused("classes: -1 is outside 0..2", () -> subset(List.of(0, -1), 1).of(dataset));
    assertRefused("has 2 samples of class 1, not 3", () -> subset(List.of(), 3).of(dataset));
    assertRefused("limit: 0 is below 1", () -> dataset.limit(0));
    assertRefused(
        "have shape [1x2x3], which can't be read as [7]",
        () -> dataset.reshaped(TensorShape.of(7)));
  }

  private static Subset subset(List<Integer> classes, int samplesPerClass) {
    return new Subset(classes, OptionalInt.of(samplesPerClass), OptionalInt.empty());
  }

  private static void assertRefused(String message, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((DatasetException) e).reason())
        .isEqualTo(DatasetException.Reason.INVALID_REQUEST);
  }
}
