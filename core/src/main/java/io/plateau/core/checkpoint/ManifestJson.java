package io.plateau.core.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.plateau.core.dataset.DatasetException;
import io.plateau.core.dataset.DatasetReference;
import io.plateau.core.dataset.Split;
import io.plateau.core.dataset.Subset;
import io.plateau.core.network.NetworkException;
import io.plateau.core.network.NetworkJson;
import io.plateau.core.network.NetworkSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The JSON of a manifest. Strict: duplicate and unknown fields, wrong types and values outside
 * their range are refused under the field's path. Numbers that JSON lacks are the texts {@code
 * NaN}, {@code Infinity} and {@code -Infinity}.
 */
public final class ManifestJson {

  /** Largest manifest: 32 MiB, enough for 500,000 epochs times classes. */
  public static final int MAX_BYTES = 32 << 20;

  private static final int MAX_EPOCHS = 1_000_000;
  private static final int MAX_TEXT = 4_096;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(16)
                          .maxNumberLength(64)
                          .maxStringLength(MAX_TEXT)
                          .maxNameLength(MAX_TEXT)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ManifestJson() {}

  /**
   * Reads a manifest.
   *
   * @param document names it in errors
   * @throws CheckpointException CORRUPT, naming the field at fault
   */
  public static Manifest read(byte[] json, String document) {
    JsonField root = parse(json, document);
    try {
      return readManifest(root);
    } catch (CheckpointException e) {
      throw e.reason() == CheckpointException.Reason.CORRUPT ? e : root.errorBelow(e.getMessage());
    }
  }

  /**
   * Reads an architecture that stands alone.
   *
   * @throws CheckpointException CORRUPT, naming the field at fault
   */
  static NetworkSpec readArchitecture(byte[] json, String document) {
    return readNetwork(parse(json, document));
  }

  /**
   * Writes a manifest so that {@link #read} gives an equal one.
   *
   * @throws CheckpointException INVALID_REQUEST if it or one of its texts is longer than is read
   */
  public static byte[] write(Manifest manifest) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("format_version", manifest.formatVersion());
    json.put("pair", manifest.pair());
    json.put("created", manifest.created().toString());
    json.put("producer", manifest.producer());
    writeTexts(json.putObject("labels"), manifest.labels());
    json.set("network", NetworkJson.write(manifest.network()));
    writeDataset(json.putObject("dataset"), manifest.dataset());
    manifest.heldOut().ifPresent(data -> writeDataset(json.putObject("held_out_dataset"), data));
    ObjectNode ends = json.putObject("ends");
    writeEnd(ends.putObject("initial"), manifest.initial());
    writeEnd(ends.putObject("minimizer"), manifest.minimizer());
    ObjectNode epochs = ends.putObject("epochs");
    manifest
        .epochs()
        .forEach((epoch, end) -> writeEnd(epochs.putObject(String.valueOf(epoch)), end));
    manifest.training().ifPresent(training -> writeTraining(json.putObject("training"), training));
    byte[] bytes;
    try {
      bytes = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    CheckpointException.require(
        bytes.length <= MAX_BYTES,
        "manifest",
        () ->
            bytes.length
                + " bytes are more than "
                + MAX_BYTES
                + "; record fewer epochs or classes");
    try {
      // Whatever the reader's limits are: nothing is stored that can't be read back.
      read(bytes, "manifest");
    } catch (CheckpointException e) {
      throw new CheckpointException(CheckpointException.Reason.INVALID_REQUEST, e.getMessage(), e);
    }
    return bytes;
  }

  private static JsonField parse(byte[] json, String document) {
    JsonField nothing = new JsonField(document, "", JsonNodeFactory.instance.nullNode());
    if (json.length > MAX_BYTES) {
      throw nothing.error("has " + json.length + " bytes; the limit is " + MAX_BYTES);
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
      JsonNode node = JSON.readTree(text);
      return new JsonField(document, "", node);
    } catch (CharacterCodingException e) {
      throw nothing.error("is not UTF-8");
    } catch (JsonProcessingException e) {
      throw nothing.error("is not sound JSON: " + e.getOriginalMessage());
    }
  }

  private static Manifest readManifest(JsonField json) {
    int formatVersion = json.object().member("format_version").integer();
    if (formatVersion > Manifest.FORMAT_VERSION) {
      throw json.member("format_version")
          .error(
              formatVersion
                  + " is newer than the "
                  + Manifest.FORMAT_VERSION
                  + " that this version reads; use a newer Plateau");
    }
    json.object(
        Set.of(
            "format_version",
            "pair",
            "created",
            "producer",
            "labels",
            "network",
            "dataset",
            "held_out_dataset",
            "ends",
            "training"));
    JsonField ends = json.member("ends").object(Set.of("initial", "minimizer", "epochs"));
    return new Manifest(
        formatVersion,
        json.member("pair").text(MAX_TEXT),
        readNetwork(json.member("network")),
        readDataset(json.member("dataset")),
        json.optional("held_out_dataset").map(ManifestJson::readDataset),
        readEnd(ends.member("initial")),
        readEnd(ends.member("minimizer")),
        readEpochEnds(ends),
        json.optional("training").map(ManifestJson::readTraining),
        readTexts(json, "labels"),
        readInstant(json.member("created")),
        json.member("producer").text(255));
  }

  private static NetworkSpec readNetwork(JsonField json) {
    try {
      return NetworkJson.read(json.node());
    } catch (NetworkException e) {
      throw json.errorBelow(e.getMessage());
    }
  }

  private static void writeDataset(ObjectNode json, DatasetReference dataset) {
    json.put("name", dataset.name());
    json.put("split", dataset.split().name().toLowerCase(Locale.ROOT));
    Subset subset = dataset.subset();
    if (!subset.equals(Subset.EVERYTHING)) {
      ObjectNode subsetJson = json.putObject("subset");
      if (!subset.classes().isEmpty()) {
        subset.classes().forEach(subsetJson.putArray("classes")::add);
      }
      subset.samplesPerClass().ifPresent(count -> subsetJson.put("samples_per_class", count));
      subset.limit().ifPresent(count -> subsetJson.put("limit", count));
    }
    json.put("count", dataset.count());
    dataset.classCounts().forEach(json.putArray("class_counts")::add);
    json.put("digest", dataset.digest());
    json.put("scaling", dataset.scaling());
  }

  private static DatasetReference readDataset(JsonField json) {
    json.object(Set.of("name", "split", "subset", "count", "class_counts", "digest", "scaling"));
    try {
      return new DatasetReference(
          json.member("name").text(MAX_TEXT),
          readSplit(json.member("split")),
          json.optional("subset").map(ManifestJson::readSubset).orElse(Subset.EVERYTHING),
          json.member("count").integer(),
          readIntegers(json.member("class_counts")),
          json.member("digest").text(64),
          json.member("scaling").text(255));
    } catch (DatasetException e) {
      throw json.errorBelow(e.getMessage());
    }
  }

  private static Split readSplit(JsonField json) {
    String name = json.text(16);
    for (Split split : Split.values()) {
      if (split.name().toLowerCase(Locale.ROOT).equals(name)) {
        return split;
      }
    }
    throw json.error("must be train, test or all");
  }

  private static Subset readSubset(JsonField json) {
    json.object(Set.of("classes", "samples_per_class", "limit"));
    return new Subset(
        json.optional("classes").map(ManifestJson::readIntegers).orElse(List.of()),
        readOptionalInteger(json, "samples_per_class"),
        readOptionalInteger(json, "limit"));
  }

  private static void writeEnd(ObjectNode json, StoredEnd end) {
    putNumber(json, "loss", end.loss());
    json.put("error", end.error());
    json.put("bytes", end.bytes());
    json.put("sha256", end.sha256());
  }

  private static StoredEnd readEnd(JsonField json) {
    json.object(Set.of("loss", "error", "bytes", "sha256"));
    return checked(
        json,
        () ->
            new StoredEnd(
                json.member("loss").number(),
                json.member("error").finite(),
                json.member("bytes").longInteger(),
                json.member("sha256").text(64)));
  }

  private static SortedMap<Integer, StoredEnd> readEpochEnds(JsonField ends) {
    SortedMap<Integer, StoredEnd> epochs = new TreeMap<>();
    ends.optional("epochs")
        .map(json -> json.members(End.MAX_EPOCH))
        .orElse(Map.of())
        .forEach(
            (epoch, end) -> {
              // One spelling a number, so that no two fields mean the same epoch.
              if (!epoch.matches("[1-9][0-9]{0,5}")) {
                throw end.error("is not an epoch from 1 to " + End.MAX_EPOCH);
              }
              epochs.put(Integer.valueOf(epoch), readEnd(end));
            });
    return epochs;
  }

  private static void writeTraining(ObjectNode json, TrainingRecord training) {
    json.put("seed", training.seed());
    json.put("stop_reason", training.stopReason());
    json.put("wall_seconds", training.wallSeconds());
    json.put("learning_threshold", training.learningThreshold());
    ArrayNode learned = json.putArray("learned_epochs");
    for (OptionalInt epoch : training.learnedEpochs()) {
      if (epoch.isPresent()) {
        learned.add(epoch.getAsInt());
      } else {
        learned.addNull();
      }
    }
    training.spearman().ifPresent(value -> putNumber(json, "spearman", value));
    training
        .largestBiasLearnedLast()
        .ifPresent(value -> json.put("largest_bias_learned_last", value));
    ArrayNode epochs = json.putArray("epochs");
    training.epochs().forEach(epoch -> writeEpoch(epochs.addObject(), epoch));
  }

  private static TrainingRecord readTraining(JsonField json) {
    json.object(
        Set.of(
            "seed",
            "stop_reason",
            "wall_seconds",
            "learning_threshold",
            "learned_epochs",
            "spearman",
            "largest_bias_learned_last",
            "epochs"));
    List<EpochRecord> epochs = new ArrayList<>();
    for (JsonField epoch : json.member("epochs").elements(MAX_EPOCHS)) {
      epochs.add(readEpoch(epoch));
    }
    List<OptionalInt> learned = new ArrayList<>();
    for (JsonField epoch : json.member("learned_epochs").elements(NetworkSpec.MAX_CLASSES)) {
      learned.add(epoch.isNull() ? OptionalInt.empty() : OptionalInt.of(epoch.integer()));
    }
    Optional<JsonField> spearman = json.optional("spearman");
    return checked(
        json,
        () ->
            new TrainingRecord(
                json.member("seed").longInteger(),
                json.member("stop_reason").text(64),
                json.member("wall_seconds").finite(),
                json.member("learning_threshold").finite(),
                epochs,
                learned,
                spearman.isPresent()
                    ? OptionalDouble.of(spearman.get().number())
                    : OptionalDouble.empty(),
                json.optional("largest_bias_learned_last").map(JsonField::bool)));
  }

  private static void writeEpoch(ObjectNode json, EpochRecord epoch) {
    json.put("epoch", epoch.epoch());
    putNumber(json, "learning_rate", epoch.learningRate());
    putNumber(json, "train_loss", epoch.trainLoss());
    json.put("train_error", epoch.trainError());
    writeShares(json.putArray("train_class_accuracy"), epoch.trainClassAccuracy());
    writeShares(json.putArray("train_class_probability"), epoch.trainClassProbability());
    epoch
        .heldOut()
        .ifPresent(
            heldOut -> {
              ObjectNode heldOutJson = json.putObject("held_out");
              putNumber(heldOutJson, "loss", heldOut.loss());
              heldOutJson.put("error", heldOut.error());
              writeShares(heldOutJson.putArray("class_accuracy"), heldOut.classAccuracy());
            });
    ArrayNode biases = json.putArray("last_biases");
    epoch.lastBiases().forEach(bias -> addNumber(biases, bias));
    json.put("seconds", epoch.seconds());
  }

  private static EpochRecord readEpoch(JsonField json) {
    json.object(
        Set.of(
            "epoch",
            "learning_rate",
            "train_loss",
            "train_error",
            "train_class_accuracy",
            "train_class_probability",
            "held_out",
            "last_biases",
            "seconds"));
    List<Double> biases = new ArrayList<>();
    for (JsonField bias : json.member("last_biases").elements(NetworkSpec.MAX_CLASSES)) {
      biases.add(bias.number());
    }
    return checked(
        json,
        () ->
            new EpochRecord(
                json.member("epoch").integer(),
                json.member("learning_rate").number(),
                json.member("train_loss").number(),
                json.member("train_error").finite(),
                readShares(json.member("train_class_accuracy")),
                readShares(json.member("train_class_probability")),
                json.optional("held_out").map(ManifestJson::readHeldOut),
                biases,
                json.member("seconds").finite()));
  }

  private static HeldOut readHeldOut(JsonField json) {
    json.object(Set.of("loss", "error", "class_accuracy"));
    return checked(
        json,
        () ->
            new HeldOut(
                json.member("loss").number(),
                json.member("error").finite(),
                readShares(json.member("class_accuracy"))));
  }

  private static void writeShares(ArrayNode json, List<OptionalDouble> shares) {
    for (OptionalDouble share : shares) {
      if (share.isPresent()) {
        addNumber(json, share.getAsDouble());
      } else {
        json.addNull();
      }
    }
  }

  private static List<OptionalDouble> readShares(JsonField json) {
    List<OptionalDouble> shares = new ArrayList<>();
    for (JsonField share : json.elements(NetworkSpec.MAX_CLASSES)) {
      shares.add(share.isNull() ? OptionalDouble.empty() : OptionalDouble.of(share.number()));
    }
    return shares;
  }

  private static void writeTexts(ObjectNode json, Map<String, String> texts) {
    texts.forEach(json::put);
  }

  private static Map<String, String> readTexts(JsonField json, String name) {
    Map<String, String> texts = new TreeMap<>();
    json.optional(name)
        .map(field -> field.members(Manifest.MAX_LABELS))
        .orElse(Map.of())
        .forEach((key, value) -> texts.put(key, value.text(255)));
    return texts;
  }

  private static Instant readInstant(JsonField json) {
    try {
      return Instant.parse(json.text(64));
    } catch (DateTimeException e) {
      throw json.error("is no time such as 2026-01-31T12:00:00Z");
    }
  }

  private static List<Integer> readIntegers(JsonField json) {
    List<Integer> integers = new ArrayList<>();
    for (JsonField element : json.elements(NetworkSpec.MAX_CLASSES)) {
      integers.add(element.integer());
    }
    return integers;
  }

  private static OptionalInt readOptionalInteger(JsonField json, String name) {
    Optional<JsonField> field = json.optional(name);
    return field.isPresent() ? OptionalInt.of(field.get().integer()) : OptionalInt.empty();
  }

  private static void putNumber(ObjectNode json, String name, double value) {
    if (Double.isFinite(value)) {
      json.put(name, value);
    } else {
      json.put(name, String.valueOf(value));
    }
  }

  private static void addNumber(ArrayNode json, double value) {
    if (Double.isFinite(value)) {
      json.add(value);
    } else {
      json.add(String.valueOf(value));
    }
  }

  /** What a record refuses is refused under the path of its JSON. */
  private static <T> T checked(JsonField json, Supplier<T> record) {
    try {
      return record.get();
    } catch (CheckpointException e) {
      throw e.reason() == CheckpointException.Reason.CORRUPT ? e : json.errorBelow(e.getMessage());
    }
  }
}
