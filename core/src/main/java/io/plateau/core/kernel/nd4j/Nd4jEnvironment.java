package io.plateau.core.kernel.nd4j;

import io.plateau.core.kernel.DeviceDescription;
import io.plateau.core.kernel.DeviceException;
import java.util.Locale;
import java.util.Properties;
import org.nd4j.linalg.factory.Nd4j;

/** Loads the native library once and says what it found. */
final class Nd4jEnvironment {
  private Nd4jEnvironment() {}

  static DeviceDescription describe() {
    try {
      Properties found = Nd4j.getExecutioner().getEnvironmentInformation();
      String backend = Nd4j.getBackend().getClass().getSimpleName();
      boolean cuda = backend.toLowerCase(Locale.ROOT).contains("cu") && !backend.startsWith("Cpu");
      return new DeviceDescription(
          cuda ? "cuda" : "cpu",
          System.getProperty("os.arch"),
          "nd4j "
              + org.nd4j.common.config.ND4JSystemProperties.class
                  .getPackage()
                  .getImplementationVersion(),
          String.valueOf(found.get("blas.vendor")).toLowerCase(Locale.ROOT),
          Integer.parseInt(String.valueOf(found.getOrDefault("omp.threads", "1"))),
          org.bytedeco.javacpp.Pointer.maxPhysicalBytes());
    } catch (LinkageError | RuntimeException e) {
      throw new DeviceException(
          DeviceException.Reason.UNSUPPORTED,
          "the native library of ND4J does not load on this machine ("
              + e
              + "); `plateau doctor` shows what was tried",
          e);
    }
  }
}
