package io.plateau.core.dataset;

import io.plateau.core.dataset.DatasetException.Reason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Data sets by name: the bundled subsets, and folders of IDX files under names of the user's
 * choice. The names {@code mnist} and {@code fashion-mnist} mean the whole set where a folder is
 * given for them, which must hold the authors' files bit for bit; otherwise they mean the bundled
 * subset, and the data set opened says so by its name.
 */
public final class DatasetRegistry {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

  private final Map<String, Path> folders;

  /**
   * A data set that can be opened.
   *
   * @param name to open it by
   * @param description what it is, one line
   * @param opens name of what is opened, which differs from {@code name} where a subset stands in
   */
  public record Entry(String name, String description, String opens) {}

  /**
   * @param folders of IDX files, by the names they are to have
   * @throws DatasetException INVALID_REQUEST for a name that is malformed or that of a bundled set
   */
  public DatasetRegistry(Map<String, Path> folders) {
    this.folders = new TreeMap<>(folders);
    for (String name : this.folders.keySet()) {
      if (!NAME.matcher(name).matches()) {
        throw invalid(
            "datasets."
                + name
                + ": is not a name; give 1 to 63 lower-case letters, digits, dots, hyphens and"
                + " underscores");
      }
      if (BundledDataset.named(name).isPresent()) {
        throw invalid("datasets." + name + ": is the name of a bundled set; give another one");
      }
    }
  }

  /** Everything that can be opened, sorted by name. */
  public List<Entry> list() {
    Map<String, Entry> entries = new TreeMap<>();
    for (BundledDataset bundled : BundledDataset.ALL) {
      entries.put(
          bundled.datasetName(),
          new Entry(bundled.datasetName(), bundled.description(), bundled.datasetName()));
      entries.put(
          bundled.wholeName(),
          new Entry(
              bundled.wholeName(),
              "no folder is given for the whole set; opens " + bundled.datasetName(),
              bundled.datasetName()));
    }
    folders.forEach(
        (name, folder) -> entries.put(name, new Entry(name, "IDX files in " + folder, name)));
    return List.copyOf(entries.values());
  }

  /**
   * Opens a data set.
   *
   * @throws DatasetException NOT_FOUND for an unknown name; DIGEST_MISMATCH if the files are not
   *     those that the name stands for; whatever else is wrong with the files
   */
  public Dataset open(String name, Split split) {
    Optional<BundledDataset> bundled = BundledDataset.named(name);
    Optional<BundledDataset> whole = BundledDataset.ofWhole(name);
    if (bundled.isPresent()) {
      return bundled.get().open(split);
    } else if (folders.containsKey(name)) {
      Path folder = folders.get(name);
      return whole.isPresent()
          ? whole.get().openWhole(folder, split)
          : IdxSource.readFolder(folder, name, split, OptionalInt.empty());
    } else if (whole.isPresent()) {
      return whole.get().open(split);
    }
    List<String> known = new ArrayList<>();
    list().forEach(entry -> known.add(entry.name()));
    throw new DatasetException(
        Reason.NOT_FOUND,
        "there is no data set '"
            + (name.length() <= 80 ? name : name.substring(0, 80) + "…")
            + "'; known are "
            + String.join(", ", known));
  }

  /**
   * Opens what a reference names and checks that it is still the same.
   *
   * @throws DatasetException NOT_FOUND if the set is not here; DIGEST_MISMATCH if its content is
   *     another one
   */
  public Dataset open(DatasetReference reference) {
    Dataset source = open(reference.name(), reference.split());
    if (!source.name().equals(reference.name())) {
      throw new DatasetException(
          Reason.NOT_FOUND,
          "the whole set '"
              + reference.name()
              + "' is needed, but only '"
              + source.name()
              + "' is here; give a folder for it");
    }
    Dataset dataset = reference.subset().of(source);
    if (!dataset.digest().equals(reference.digest())) {
      throw new DatasetException(
          Reason.DIGEST_MISMATCH,
          "the samples of '"
              + reference.name()
              + "' are not those of the reference: digest "
              + dataset.digest()
              + ", expected "
              + reference.digest());
    }
    return dataset;
  }

  private static DatasetException invalid(String message) {
    return new DatasetException(Reason.INVALID_REQUEST, message);
  }
}
