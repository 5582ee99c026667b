package io.plateau.core.kernel.nd4j;

import io.plateau.core.kernel.DeviceDescription;
import io.plateau.core.kernel.DeviceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.factory.Nd4j;

/** Loads the native library and says what it found. */
final class Nd4jEnvironment {
  private Nd4jEnvironment() {}

  static DeviceDescription describe() {
    Properties build = build();
    setUnlessGiven("org.bytedeco.javacpp.platform.extension", build.getProperty("extension"));
    // Memory is planned and bounded by who evaluates or trains, not by a share of the Java heap.
    setUnlessGiven("org.bytedeco.javacpp.maxbytes", "0");
    setUnlessGiven("org.bytedeco.javacpp.maxphysicalbytes", "0");
    try {
      Properties found = Nd4j.getExecutioner().getEnvironmentInformation();
      String backend = build.getProperty("backend");
      return new DeviceDescription(
          backend.contains("cuda") ? "cuda" : "cpu",
          processor(),
          backend + " " + build.getProperty("version") + ", " + build.getProperty("classifier"),
          String.valueOf(found.get("blas.vendor")).toLowerCase(Locale.ROOT),
          Integer.parseInt(String.valueOf(found.getOrDefault("omp.threads", "1"))),
          Pointer.totalPhysicalBytes());
    } catch (LinkageError | RuntimeException e) {
      throw new DeviceException(
          DeviceException.Reason.UNSUPPORTED,
          "the native library ("
              + build.getProperty("backend")
              + ", "
              + build.getProperty("classifier")
              + ") does not load on this machine: "
              + e
              + "; build on this platform, or with -P and the profile of the platform",
          e);
    }
  }

  private static void setUnlessGiven(String property, String value) {
    if (System.getProperty(property) == null && !value.isEmpty()) {
      System.setProperty(property, value);
    }
  }

  private static Properties build() {
    Properties build = new Properties();
    try (InputStream stream = Nd4jEnvironment.class.getResourceAsStream("backend.properties")) {
      build.load(stream);
    } catch (IOException e) {
      throw new UncheckedIOException("the program's file backend.properties can't be read", e);
    }
    return build;
  }

  /** The processor as its maker names it, where the system tells; its architecture elsewhere. */
  private static String processor() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    } catch (IOException unreadable) {
      return System.getProperty("os.arch");
    }
    return System.getProperty("os.arch");
  }
}
