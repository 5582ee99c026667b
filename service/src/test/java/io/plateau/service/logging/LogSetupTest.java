package io.plateau.service.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.plateau.service.request.RequestId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogSetupTest {
  private final ByteArrayOutputStream destination = new ByteArrayOutputStream();
  private final LoggerContext context = new LoggerContext();
  private final LogbackMDCAdapter mdc = new LogbackMDCAdapter();

  LogSetupTest() {
    context.setMDCAdapter(mdc);
  }

  @Test
  void jsonHasOneObjectALineWithRequestIdPairsAndCause() {
    LogSetup.configure(context, LogFormat.JSON, Level.INFO, destination);
    log();

    List<String> lines = destination.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(2);
    JsonObject first = JsonParser.parseString(lines.get(0)).getAsJsonObject();
    assertThat(first.get("level").getAsString()).isEqualTo("INFO");
    assertThat(first.get("formattedMessage").getAsString()).isEqualTo("Trained \"7\"\nepochs");
    assertThat(first.getAsJsonObject("mdc").get("request_id").getAsString()).isEqualTo("call-9");
    assertThat(first.getAsJsonArray("kvpList").get(0).getAsJsonObject().get("epochs").getAsString())
        .isEqualTo("7");
    assertThat(lines.get(1)).contains("disk gone").contains("\"throwable\"");
  }

  @Test
  void textHasOneLineForPeople() {
    LogSetup.configure(context, LogFormat.TEXT, Level.INFO, destination);
    log();

    String text = destination.toString(StandardCharsets.UTF_8);
    assertThat(text)
        .contains("INFO ")
        .contains("Trained \"7\"")
        .contains("epochs=\"7\"")
        .contains("request_id=call-9")
        .contains("java.io.IOException: disk gone")
        .doesNotContain("quiet");
    assertThat(text.lines().filter(line -> line.contains("disk gone")).findFirst().orElseThrow())
        .doesNotContain("request_id=");
  }

  private void log() {
    org.slf4j.Logger logger = context.getLogger("io.plateau.test");
    mdc.put(RequestId.LOG_FIELD, "call-9");
    logger.atInfo().addKeyValue("epochs", 7).log("Trained \"{}\"\nepochs", 7);
    mdc.remove(RequestId.LOG_FIELD);
    logger.debug("quiet");
    logger.error("Failed", new java.io.IOException("disk gone"));
  }
}
