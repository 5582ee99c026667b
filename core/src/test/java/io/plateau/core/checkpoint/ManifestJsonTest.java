package io.plateau.core.checkpoint;

import static io.plateau.core.checkpoint.CheckpointStoreContract.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plateau.core.checkpoint.CheckpointException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestJsonTest {
  private static final Manifest MANIFEST = TestPairs.manifest("a");
  private static final String JSON =
      new String(ManifestJson.write(MANIFEST), StandardCharsets.UTF_8);

  @Test
  void aManifestIsReadAsItWasWritten() {
    assertThat(read(JSON)).isEqualTo(MANIFEST);
  }

  @Test
  void whatIsOptionalMayBeMissing() {
    Manifest plain =
        new Manifest(
            1,
            "a",
            TestPairs.NETWORK,
            MANIFEST.dataset(),
            Optional.empty(),
            MANIFEST.initial(),
            MANIFEST.minimizer(),
            new TreeMap<>(),
            Optional.empty(),
            Map.of(),
            MANIFEST.created(),
            "x");

    String json = new String(ManifestJson.write(plain), StandardCharsets.UTF_8);

    assertThat(json).doesNotContain("training");
    assertThat(read(json)).isEqualTo(plain);
    assertThat(
            read(json.replace("\"labels\" : { },", "").replaceAll(",\\s*\"epochs\" : \\{ }", "")))
        .isEqualTo(plain);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"format_version\" : 1 | \"format_version\" : 2 | format_version: 2 is newer than the 1",
        "\"format_version\" : 1 | \"format_version\" : 0 | format_version: 0 is unknown",
        "\"format_version\" : 1 | \"format_version\" : 1.0 | format_version: must be an integer",
        "\"format_version\" : 1, | '' | format_version: is missing",
        "\"pair\" : \"a\" | \"pair\" : \"../a\" | pair: '../a' is not an id",
        "\"pair\" : \"a\" | \"pair\" : \"a\", \"pair\" : \"b\" | Duplicate",
        "\"pair\" : \"a\" | \"pair\" : \"a\", \"unknown\" : 1 | unknown: is not a known field",
        "\"pair\" : \"a\" | \"pair\" : 5 | pair: must be a text",
        "\"pair\" : \"a\" | \"pair\" : null | pair: is missing",
        "\"out\" : 4 | \"out\" : 0 | network.layers[0].out: 0 is outside 1..65536",
        "\"out\" : 4 | \"out\" : \"4\" | network.layers[0].out: must be an integer",
        "\"count\" : 11 | \"count\" : 12 | dataset.count: 12 samples, but class_counts add up to 11",
        "\"count\" : 11 | \"count\" : 99999999999 | dataset.count: must be an integer of 32 bits",
        "[ 5, 6 ] | [ 5, 6, 0 ] | dataset.class_counts: has 3 entries for 2 classes",
        "[ 5, 6 ] | [ 5, -6 ] | dataset.class_counts: -6 is below 0",
        "[ 5, 6 ] | [ 5, 1e99 ] | dataset.class_counts[1]: must be an integer of 32 bits",
        "\"split\" : \"train\" | \"split\" : \"TRAIN\" | dataset.split: must be train, test or all",
        "\"limit\" : 11 | \"limit\" : 0 | dataset.limit: 0 is below 1",
        "\"12\" : | \"0\" : | ends.epochs.0: is not an epoch",
        "\"12\" : | \"012\" : | ends.epochs.012: is not an epoch",
        "\"12\" : | \"1234567\" : | ends.epochs.1234567: is not an epoch",
        "\"loss\" : 0.7 | \"loss\" : \"nan\" | ends.initial.loss: must be a number",
        "\"loss\" : 0.7 | \"loss\" : 1e999 | ends.initial.loss: must be a number",
        "\"loss\" : 0.7 | \"loss\" : NaN | is not sound JSON",
        "\"error\" : 0.5 | \"error\" : 1.5 | ends.initial.error: 1.5 is outside 0..1",
        "\"error\" : 0.5 | \"error\" : \"NaN\" | ends.initial.error: must be a number",
        "\"bytes\" : 300 | \"bytes\" : -300 | ends.initial.bytes: -300 is below 1",
        "\"seed\" : -7 | \"seed\" : 9223372036854775808 | training.seed: must be an integer of 64 bits",
        "\"epoch\" : 1 | \"epoch\" : -1 | training.epochs[1].epoch: -1 is below 0",
        "\"train_error\" : 0.25 | \"train_error\" : 25 | training.epochs[1].train_error: 25.0 is outside",
        "[ 1.0, null ] | [ 1.0 ] | training.epochs[0].train_class_accuracy: 1 entries for 2 classes",
        "[ 1.0, null ] | [ 1.0, 2 ] | training.epochs[0].train_class_accuracy: 2.0 is outside 0..1",
        "[ 0.875, null ] | [ 0.875 ] | training.epochs[0].train_class_probability: 1 entries for 2 classes",
        "[ 0.875, null ] | [ 8, null ] | training.epochs[0].train_class_probability: 8.0 is outside 0..1",
        "[ 1.0, null ] | [ \"NaN\", null ] | training.epochs[0].train_class_accuracy: NaN is outside 0..1",
        "\"wall_seconds\" : 12.5 | \"wall_seconds\" : -1 | training.wall_seconds: -1.0 is no finite",
        "[ 1, null ] | [ 1, -4 ] | training.learned_epochs: -4 is below 0",
        "\"largest_bias_learned_last\" : true | \"largest_bias_learned_last\" : 1 | must be true or false",
        "2026-01-31T12 | 2026-02-31T12 | created: is no time such as",
      })
  void whateverIsWrongIsNamed(String part, String replacement, String message) {
    assertThat(JSON).contains(part);

    assertRefused(Reason.CORRUPT, "manifest.json: ", () -> read(JSON.replace(part, replacement)));
    assertThatThrownBy(() -> read(JSON.replace(part, replacement))).hasMessageContaining(message);
  }

  @Test
  void whatIsNoJsonIsRefused() {
    for (String json : new String[] {"", " ", "{", "[]", "1", "null", JSON + "x", JSON + JSON}) {
      assertRefused(Reason.CORRUPT, "manifest.json: ", () -> read(json));
    }
    assertRefused(
        Reason.CORRUPT,
        "is not UTF-8",
        () -> ManifestJson.read(new byte[] {'{', '"', (byte) 0xff, '"', '}'}, "manifest.json"));
    assertRefused(Reason.CORRUPT, "is not sound JSON", () -> read("[".repeat(100_000)));
    assertRefused(
        Reason.CORRUPT,
        "the limit is",
        () -> ManifestJson.read(new byte[ManifestJson.MAX_BYTES + 1], "manifest.json"));
  }

  @Test
  void nothingIsWrittenThatCouldNotBeReadBack() {
    Manifest wordy =
        new Manifest(
            1,
            "a",
            TestPairs.NETWORK,
            MANIFEST.dataset(),
            Optional.empty(),
            MANIFEST.initial(),
            MANIFEST.minimizer(),
            new TreeMap<>(),
            Optional.empty(),
            Map.of(),
            MANIFEST.created(),
            "x".repeat(256));

    assertRefused(
        Reason.INVALID_REQUEST,
        "producer: has 256 characters; the limit is 255",
        () -> ManifestJson.write(wordy));
  }

  @Test
  void labelsAreLimited() {
    Map<String, String> many = new TreeMap<>();
    for (int i = 0; i <= Manifest.MAX_LABELS; i++) {
      many.put("label" + i, "");
    }
    assertRefused(Reason.INVALID_REQUEST, "labels: 65 are more than 64", () -> labelled(many));
    assertRefused(Reason.INVALID_REQUEST, "labels: a name has 0", () -> labelled(Map.of("", "x")));
    assertRefused(
        Reason.INVALID_REQUEST,
        "labels.a: 256 characters",
        () -> labelled(Map.of("a", "x".repeat(256))));
  }

  private static Manifest labelled(Map<String, String> labels) {
    return new Manifest(
        1,
        "a",
        TestPairs.NETWORK,
        MANIFEST.dataset(),
        Optional.empty(),
        MANIFEST.initial(),
        MANIFEST.minimizer(),
        new TreeMap<>(),
        Optional.empty(),
        labels,
        MANIFEST.created(),
        "x");
  }

  private static Manifest read(String json) {
    return ManifestJson.read(json.getBytes(StandardCharsets.UTF_8), "manifest.json");
  }
}
