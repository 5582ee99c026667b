package io.plateau.service.configuration;

import java.util.Locale;
import java.util.regex.Pattern;

/** How settings are named in the environment, and which variables there are somebody else's. */
final class EnvironmentNames {
  static final String PREFIX = "PLATEAU_";
  static final String CONFIGURATION_FILE = "PLATEAU_CONFIG";

  // Kubernetes describes every service of the namespace in variables that begin with its name: a
  // service "plateau-trainer" sets PLATEAU_TRAINER_PORT to "tcp://10.0.0.1:7431" and more.
  private static final Pattern SERVICE_LINK =
      Pattern.compile(".*_(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_\\d+_(TCP|UDP|SCTP)(_.*)?)");
  private static final Pattern SERVICE_LINK_VALUE = Pattern.compile("(tcp|udp|sctp)://.*");

  private EnvironmentNames() {}

  static String of(String name) {
    return PREFIX + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  static boolean isServiceLink(String name, String value) {
    return SERVICE_LINK.matcher(name).matches()
        || (name.endsWith("_PORT") && SERVICE_LINK_VALUE.matcher(value).matches());
  }
}
