package io.plateau.core.dataset;

import io.plateau.core.dataset.DatasetException.Reason;
import io.plateau.core.file.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The balanced subsets that come with Plateau: of each class the first 1,000 training and the first
 * 200 test images in the whole set's order.
 *
 * @param wholeName name of the whole set
 * @param title its name in prose
 * @param bundled digests of the files as bundled
 * @param whole digests of the whole set's files, unzipped
 */
record BundledDataset(
    String wholeName, String title, BundledDataset.Digests bundled, BundledDataset.Digests whole) {
  /**
   * The two that there are, of MNIST (LeCun, Cortes, Burges) and Fashion-MNIST (Xiao, Rasul,
   * Vollgraf).
   */
  static final List<BundledDataset> ALL =
      List.of(
          new BundledDataset(
              "mnist",
              "MNIST",
              new Digests(
                  "26caff5ba6f746326c6d53a178f1e53b728f8a72f041746bd77f97880c8960b0",
                  "2c86dff031253db103804c4362d483d164f8981eb0add3f982af362ced9eba3b",
                  "0672517f4c21a98175ad118a80fc961593cf475a4061088929fab03b700ddfd7",
                  "e71da99257d6dc30ba93b565eb63ae764b2c6ceb13e18903d25bc836bb1ffcb0"),
              new Digests(
                  "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                  "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                  "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                  "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2")),
          new BundledDataset(
              "fashion-mnist",
              "Fashion-MNIST",
              new Digests(
                  "1ecc7f90b9d150b40c359acf80cfec4990bfbcc1db9fe346f886d9e7fcae0000",
                  "036b3a9440a684e6f8117e910b5dad249f9165250c2ae2341f2bfd8482381497",
                  "e60ede7714c657ced2d723c33140572b5476b46df34b385a6e176b0757dc4318",
                  "e6d25f5f3e85bb315a10172898c1c8f69ce52c4f9306c5821205c821bfca8847"),
              new Digests(
                  "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                  "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
                  "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                  "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34")));

  private static final OptionalInt CLASSES = OptionalInt.of(10);

  /** SHA-256 of the four files of a set. */
  record Digests(String trainImages, String trainLabels, String testImages, String testLabels) {
    String images(Split split) {
      return split == Split.TRAIN ? trainImages : testImages;
    }

    String labels(Split split) {
      return split == Split.TRAIN ? trainLabels : testLabels;
    }
  }

  static Optional<BundledDataset> named(String name) {
    return ALL.stream().filter(set -> set.datasetName().equals(name)).findFirst();
  }

  static Optional<BundledDataset> ofWhole(String name) {
    return ALL.stream().filter(set -> set.wholeName().equals(name)).findFirst();
  }

  /** Name of the bundled subset. */
  String datasetName() {
    return wholeName + "-10k";
  }

  String description() {
    return "bundled balanced subset of " + title + ", 10,000 training and 2,000 test images";
  }

  Dataset open(Split split) {
    return IdxSource.of(
        read(IdxSource.imagesName(split), bundled.images(split)),
        read(IdxSource.labelsName(split), bundled.labels(split)),
        datasetName(),
        split,
        CLASSES);
  }

  /** The whole set from a folder, refused if it is not the authors' bit for bit. */
  Dataset openWhole(Path folder, Split split) {
    return IdxSource.of(
        readWhole(IdxSource.find(folder, IdxSource.imagesName(split)), whole.images(split)),
        readWhole(IdxSource.find(folder, IdxSource.labelsName(split)), whole.labels(split)),
        wholeName(),
        split,
        CLASSES);
  }

  private IdxFile read(String file, String digest) {
    String resource = datasetName() + "/" + file + ".gz";
    try (InputStream in = BundledDataset.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new DatasetException(
            Reason.NOT_FOUND, "this build of Plateau lacks the bundled " + resource);
      }
      byte[] bytes = in.readAllBytes();
      requireDigest(resource, Sha256.of(bytes), digest, "the installation is damaged");
      return IdxFile.read(new ByteArrayInputStream(bytes), bytes.length, resource);
    } catch (IOException e) {
      throw new DatasetException(
          Reason.UNREADABLE, "the bundled " + resource + " can't be read: " + e, e);
    }
  }

  private IdxFile readWhole(Path path, String digest) {
    IdxFile file = IdxFile.read(path);
    requireDigest(
        String.valueOf(path.getFileName()),
        file.sha256(),
        digest,
        "it is not the authors' file of "
            + title
            + "; give the folder another name than '"
            + wholeName()
            + "' to use it all the same");
    return file;
  }

  private static void requireDigest(String file, String actual, String expected, String meaning) {
    if (!actual.equals(expected)) {
      throw new DatasetException(
          Reason.DIGEST_MISMATCH,
          file + ": has SHA-256 " + actual + ", not " + expected + ": " + meaning);
    }
  }
}
