package io.plateau.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plateau.core.dataset.DatasetException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxSourceTest extends DatasetContract {
  private static final byte[] LABEL_BYTES = {2, 0, 1, 1, 2, 0, 0};

  @TempDir Path folder;

  @Override
  Dataset open() {
    try {
      write("images.gz", IdxFiles.zip(images()));
      write("labels", IdxFiles.of(LABEL_BYTES, 7));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return read("images.gz", "labels");
  }

  private static byte[] images() {
    byte[] values = new byte[42];
    for (int i = 0; i < 42; i++) {
      values[i] = (byte) (i / 6 * 10 + i % 6);
    }
    return IdxFiles.of(values, 7, 2, 3);
  }

  @Test
  void zippedIsToldFromPlainByContent() throws IOException {
    write("named.gz", images());
    write("named", IdxFiles.zip(images()));
    write("labels.gz", IdxFiles.of(LABEL_BYTES, 7));

    assertThat(read("named.gz", "labels.gz").digest()).isEqualTo(open().digest());
    assertThat(read("named", "labels.gz").digest()).isEqualTo(open().digest());
  }

  @Test
  void bytesAreUnsigned() throws IOException {
    write("images", IdxFiles.of(new byte[] {0, 1, 127, -128, -1, 0}, 1, 6));
    write("labels", IdxFiles.of(new byte[] {-1}, 1));

    Dataset dataset = read("images", "labels");

    float[] values = new float[6];
    dataset.read(0, 1, values, 0);
    assertThat(values).containsExactly(0f, 1 / 255f, 127 / 255f, 128 / 255f, 1f, 0f);
    assertThat(dataset.label(0)).isEqualTo(255);
    assertThat(dataset.classes()).isEqualTo(256);
    assertThat(dataset.sampleShape().dimensions()).containsExactly(6);
  }

  @Test
  void aFolderIsReadBySplitAndCountsTheClassesOfBoth() throws IOException {
    write("train-images-idx3-ubyte", images());
    write("train-labels-idx1-ubyte.gz", IdxFiles.zip(IdxFiles.of(LABEL_BYTES, 7)));
    write("t10k-images-idx3-ubyte", IdxFiles.of(new byte[6], 1, 2, 3));
    write("t10k-labels-idx1-ubyte", IdxFiles.of(new byte[] {1}, 1));

    Dataset train = IdxSource.readFolder(folder, "mine", Split.TRAIN, OptionalInt.empty());
    Dataset test = PathSource.read(folder, "mine", Split.TEST, OptionalInt.empty());

    assertThat(train.size()).isEqualTo(7);
    assertThat(train.split()).isEqualTo(Split.TRAIN);
    assertThat(test.size()).isEqualTo(1);
    assertThat(test.classes()).isEqualTo(3);
    assertRefused(
        Reason.INVALID_REQUEST,
        "split: a folder of IDX files",
        () -> IdxSource.readFolder(folder, "mine", Split.ALL, OptionalInt.empty()));
    Files.delete(folder.resolve("t10k-images-idx3-ubyte"));
    assertRefused(
        Reason.NOT_FOUND,
        "has neither t10k-images-idx3-ubyte nor t10k-images-idx3-ubyte.gz",
        () -> IdxSource.readFolder(folder, "mine", Split.TEST, OptionalInt.empty()));
  }

  @Test
  void filesThatDoNotBelongTogetherAreRefused() throws IOException {
    open();
    write("six", IdxFiles.of(new byte[6], 6));
    write("plain", images());

    assertRefused(Reason.MALFORMED, "7 images but 6 labels", () -> read("images.gz", "six"));
    assertRefused(Reason.MALFORMED, "are they labels?", () -> read("labels", "labels"));
    assertRefused(Reason.MALFORMED, "are they images?", () -> read("plain", "plain"));
    assertRefused(Reason.NOT_FOUND, "there is no such file", () -> read("nowhere", "labels"));
    assertRefused(
        Reason.INVALID_REQUEST,
        "label 2 of sample 0 is outside 0..1",
        () ->
            IdxSource.read(
                folder.resolve("plain"),
                folder.resolve("labels"),
                "mine",
                Split.ALL,
                OptionalInt.of(2)));
    assertRefused(Reason.MALFORMED, "is not a regular file", () -> read("", "labels"));
  }

  @Test
  void malformedFilesAreRefused() throws IOException {
    open();
    byte[] sound = images();
    byte[] zipped = IdxFiles.zip(sound);

    for (int length = 0; length < sound.length; length++) {
      assertMalformed(Arrays.copyOf(sound, length));
    }
    for (int length = 0; length < zipped.length; length++) {
      assertMalformed(Arrays.copyOf(zipped, length));
    }
    assertMalformed(Arrays.copyOf(sound, sound.length + 1));
    assertMalformed(IdxFiles.zip(Arrays.copyOf(sound, sound.length + 1)));
    byte[] otherType = sound.clone();
    otherType[2] = 0x0d;
    write("bad", otherType);
    assertRefused(Reason.MALFORMED, "values of type 0xd; read is 0x8", () -> read("bad", "labels"));
    write("bad", new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0});
    assertRefused(
        Reason.MALFORMED, "is not IDX: it begins with 0x504b0304", () -> read("bad", "labels"));
  }

  @Test
  void sizesThatTheFileCannotHoldAreRefusedBeforeTheyAreAllocated() throws IOException {
    open();
    write("bad", IdxFiles.of(new byte[42], 2_000_000_000, 1, 1));
    assertRefused(
        Reason.MALFORMED, "make 2000000016 bytes; the file holds 58", () -> read("bad", "labels"));
    write("bad", IdxFiles.zip(IdxFiles.of(new byte[42], 2_000_000_000, 1, 1)));
    assertRefused(Reason.MALFORMED, "the file holds at most", () -> read("bad", "labels"));
    write("bad", IdxFiles.of(new byte[42], Integer.MAX_VALUE, Integer.MAX_VALUE, 2));
    assertRefused(Reason.TOO_LARGE, "do not fit in memory", () -> read("bad", "labels"));
    for (int length : new int[] {0, -1, Integer.MIN_VALUE}) {
      write("bad", IdxFiles.of(new byte[42], 7, length, 3));
      assertRefused(Reason.MALFORMED, "axis 1 has length", () -> read("bad", "labels"));
    }
  }

  @Test
  void whatIsZippedBehindTheDeclaredSizeIsNotUnpacked() throws IOException {
    // 128 MiB of zeros behind a header that declares six values.
    byte[] bomb = IdxFiles.zip(IdxFiles.of(new byte[128 << 20], 1, 2, 3));
    CountingStream in = new CountingStream(bomb);

    assertRefused(
        Reason.MALFORMED,
        "bomb: goes on after the last value",
        () -> IdxFile.read(in, bomb.length, "bomb"));
    assertThat(in.delivered).isLessThan(bomb.length);
    assertThat(bomb.length).isGreaterThan(120_000);
  }

  private static final class CountingStream extends ByteArrayInputStream {
    private int delivered;

    CountingStream(byte[] bytes) {
      super(bytes);
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) {
      // Small portions, so that what is read shows what was wanted.
      int read = super.read(target, offset, Math.min(length, 512));
      delivered += read;
      return read;
    }
  }

  private void assertMalformed(byte[] images) throws IOException {
    write("bad", images);
    assertRefused(Reason.MALFORMED, "bad: ", () -> read("bad", "labels"));
  }

  private void write(String name, byte[] bytes) throws IOException {
    Files.write(folder.resolve(name), bytes);
  }

  private Dataset read(String images, String labels) {
    return IdxSource.read(
        folder.resolve(images), folder.resolve(labels), "mine", Split.ALL, OptionalInt.empty());
  }

  static void assertRefused(Reason reason, String message, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DatasetException.class,
            e -> {
              assertThat(e.getMessage()).contains(message);
              assertThat(e.reason()).isEqualTo(reason);
            });
  }
}
