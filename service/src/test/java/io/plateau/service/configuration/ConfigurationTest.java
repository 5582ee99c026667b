package io.plateau.service.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
  private static final ConfigurationKey<Integer> PORT =
      ConfigurationKey.integer("trainer.port", 7431, 0, 65_535, "Port | of gRPC.");
  private static final ConfigurationKey<Boolean> INSECURE =
      ConfigurationKey.flag("server.allow-insecure", false, "Allows it.");
  private static final ConfigurationKey<Duration> GRACE =
      ConfigurationKey.duration(
          "server.shutdown-grace",
          Duration.ofSeconds(20),
          Duration.ZERO,
          Duration.ofHours(1),
          "Grace.");
  private static final ConfigurationKey<Long> SIZE =
      ConfigurationKey.bytes("server.max-size", 4 << 20, 1 << 10, 1L << 30, "Size.");
  private static final ConfigurationKey<Double> SHARE =
      ConfigurationKey.number("server.share", 0.5, 0, 1, "Share.");
  private static final ConfigurationKey<Thread.State> STATE =
      ConfigurationKey.choice("server.state", Thread.State.TIMED_WAITING, "State.");
  private static final ConfigurationKey<List<String>> ROOTS =
      ConfigurationKey.list("trainer.roots", "", "Roots.");
  private static final ConfigurationKey<String> PASSWORD =
      ConfigurationKey.text("database.password", "", "Password.").asSecret();
  private static final ConfigurationKey<Integer> SECRET_NUMBER =
      ConfigurationKey.integer("database.pin", 0, 0, 9, "Pin.").asSecret();

  private static final ConfigurationCatalogue CATALOGUE =
      ConfigurationCatalogue.builder()
          .add(PORT, INSECURE, GRACE, SIZE, SHARE, STATE, ROOTS, PASSWORD, SECRET_NUMBER)
          .foreignSection("interpolator")
          .build();

  @TempDir Path folder;

  @Test
  void defaultsStandWhereNothingIsSet() {
    Configuration configuration = load(List.of(), Map.of());

    assertThat(configuration.get(PORT)).isEqualTo(7431);
    assertThat(configuration.get(GRACE)).isEqualTo(Duration.ofSeconds(20));
    assertThat(configuration.get(STATE)).isEqualTo(Thread.State.TIMED_WAITING);
    assertThat(configuration.get(ROOTS)).isEmpty();
    assertThat(configuration.source(PORT)).isEqualTo("default");
    assertThat(configuration.describeChanged()).isEmpty();
  }

  @Test
  void eachSourceIsStrongerThanTheOneBefore() throws IOException {
    Path file =
        file(
            """
            trainer.port = 1
            server.max-size = 8MiB
            server.share = 0.25
            interpolator.port = 99
            """);
    Map<String, String> environment =
        Map.of(
            "PLATEAU_CONFIG", file.toString(),
            "PLATEAU_TRAINER_PORT", "2",
            "PLATEAU_SERVER_MAX_SIZE", "16MiB",
            "PLATEAU_INTERPOLATOR_PORT", "98",
            "HOME", "/home/somebody");

    Configuration configuration = load(List.of("--trainer.port=3"), environment);

    assertThat(configuration.get(PORT)).isEqualTo(3);
    assertThat(configuration.source(PORT)).isEqualTo("flag --trainer.port");
    assertThat(configuration.get(SIZE)).isEqualTo(16L << 20);
    assertThat(configuration.source(SIZE)).isEqualTo("environment PLATEAU_SERVER_MAX_SIZE");
    assertThat(configuration.get(SHARE)).isEqualTo(0.25);
    assertThat(configuration.source(SHARE)).isEqualTo("file " + file);
    assertThat(configuration.describeChanged())
        .contains("trainer.port = \"3\" (flag --trainer.port)");
  }

  @Test
  void flagsComeWithEqualsWithSpaceOrBare() throws IOException {
    Path file = file("server.state = blocked\n");

    Configuration configuration =
        load(
            List.of(
                "--config",
                file.toString(),
                "--server.allow-insecure",
                "--trainer.port",
                "5",
                "--trainer.roots=/a, /b,"),
            Map.of("PLATEAU_CONFIG", "/nowhere"));

    assertThat(configuration.get(INSECURE)).isTrue();
    assertThat(configuration.get(PORT)).isEqualTo(5);
    assertThat(configuration.get(ROOTS)).containsExactly("/a", "/b");
    assertThat(configuration.get(STATE)).isEqualTo(Thread.State.BLOCKED);
  }

  @Test
  void unknownKeysAreRefusedWithTheNearestName() throws IOException {
    Path file = file("trainer.prot = 1\n");

    assertThatThrownBy(
            () ->
                load(
                    List.of("--config=" + file, "--server.alow-insecure", "--zebra.stripes=9"),
                    Map.of("PLATEAU_TRAINER_PROT", "1")))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            refused ->
                assertThat(refused.problems())
                    .containsExactly(
                        "Unknown key trainer.prot (file " + file + "); did you mean trainer.port?",
                        "Unknown key PLATEAU_TRAINER_PROT (environment); did you mean"
                            + " PLATEAU_TRAINER_PORT?",
                        "Unknown key server.alow-insecure (flags); did you mean"
                            + " server.allow-insecure?",
                        "Unknown key zebra.stripes (flags)."));
  }

  @Test
  void badValuesSayKeySourceValueAndWhatIsAllowed() {
    assertThatThrownBy(
            () ->
                load(
                    List.of(
                        "--trainer.port=70000",
                        "--server.shutdown-grace=fast",
                        "--server.max-size=3PiB",
                        "--server.share=NaN",
                        "--server.allow-insecure=yes",
                        "--server.state=asleep"),
                    Map.of()))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            refused ->
                assertThat(refused.problems())
                    .hasSize(6)
                    .contains(
                        "Bad value of trainer.port (flag --trainer.port): \"70000\"; allowed: 0 to"
                            + " 65535.",
                        "Bad value of server.shutdown-grace (flag --server.shutdown-grace):"
                            + " \"fast\"; allowed: 0s to 1h.",
                        "Bad value of server.share (flag --server.share): \"NaN\"; allowed: 0.0"
                            + " to 1.0."));
  }

  @Test
  void secretsAreNeverShown() {
    Configuration configuration = load(List.of(), Map.of("PLATEAU_DATABASE_PASSWORD", "hunter2"));

    assertThat(configuration.get(PASSWORD)).isEqualTo("hunter2");
    assertThat(configuration.describe(PASSWORD)).doesNotContain("hunter2").contains("(hidden)");
    assertThat(configuration.describeChanged().toString()).doesNotContain("hunter2");
    assertThatThrownBy(() -> load(List.of("--database.pin=hunter2"), Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("database.pin")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void variablesThatKubernetesSetsForServicesAreNotSettings() {
    Configuration configuration =
        load(
            List.of(),
            Map.of(
                "PLATEAU_TRAINER_PORT", "tcp://10.0.0.1:7431",
                "PLATEAU_TRAINER_PORT_7431_TCP_ADDR", "10.0.0.1",
                "PLATEAU_TRAINER_SERVICE_HOST", "10.0.0.1",
                "PLATEAU_TRAINER_SERVICE_PORT_GRPC", "7431"));

    assertThat(configuration.get(PORT)).isEqualTo(7431);
    assertThat(configuration.source(PORT)).isEqualTo("default");
  }

  @Test
  void commandLinesThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> load(List.of("start", "--trainer.port", "--trainer.port=1"), Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("Unexpected argument \"start\"")
        .hasMessageContaining("--trainer.port needs a value.");
    assertThatThrownBy(() -> load(List.of("--trainer.port=1", "--trainer.port=2"), Map.of()))
        .hasMessage("--trainer.port is given twice.");
    assertThatThrownBy(() -> load(List.of("--config=" + folder.resolve("absent")), Map.of()))
        .hasMessageContaining("Can't read the configuration file")
        .hasMessageContaining("absent");
  }

  @Test
  void quantitiesAreReadAsPeopleWriteThem() {
    Configuration configuration =
        load(List.of("--server.shutdown-grace=1500ms", "--server.max-size=65536"), Map.of());

    assertThat(configuration.get(GRACE)).isEqualTo(Duration.ofMillis(1500));
    assertThat(configuration.get(SIZE)).isEqualTo(65_536);
    assertThat(Quantities.format(Duration.ofDays(2))).isEqualTo("2d");
    assertThat(Quantities.format(Duration.ofMinutes(90))).isEqualTo("90m");
    assertThat(Quantities.formatBytes(3L << 30)).isEqualTo("3GiB");
    assertThat(Quantities.parseDuration("PT5M")).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void aCatalogueRefusesKeysThatCantBeToldApartAndBadDefaults() {
    ConfigurationKey<String> clash = ConfigurationKey.text("server.allow.insecure", "", "");
    ConfigurationKey<Integer> badDefault = ConfigurationKey.integer("a.b", 9, 0, 5, "");

    assertThatThrownBy(() -> ConfigurationCatalogue.builder().add(INSECURE, clash).build())
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ConfigurationCatalogue.builder().add(badDefault).build())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theTableHasARowForEachKey() {
    assertThat(ConfigurationTable.markdown(CATALOGUE))
        .startsWith("| key | environment | type | allowed | default | meaning |\n| --- |")
        .contains(
            "| `trainer.port` | `PLATEAU_TRAINER_PORT` | integer | 0 to 65535 | `7431` | Port \\|"
                + " of gRPC. |\n")
        .contains(
            "| `database.password` | `PLATEAU_DATABASE_PASSWORD` | text, secret | any | (none) |"
                + " Password. |\n");
  }

  private Configuration load(List<String> arguments, Map<String, String> environment) {
    return Configuration.load(
        CATALOGUE, ConfigurationSources.of(CATALOGUE, arguments, environment));
  }

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("plateau.properties"), content);
  }
}
