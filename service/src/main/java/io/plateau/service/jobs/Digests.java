package io.plateau.service.jobs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** SHA-256 of requests: what decides whether a repeated request id asks for the same thing. */
final class Digests {
  private Digests() {}

  static byte[] of(JobRequest request) {
    MessageDigest digest = sha256();
    add(digest, request.spec().toByteArray());
    add(digest, ByteBuffer.allocate(Integer.BYTES).putInt(request.priority()).array());
    add(digest, utf8(request.parent().orElse("")));
    for (Map.Entry<String, String> label : new TreeMap<>(request.labels()).entrySet()) {
      add(digest, utf8(label.getKey()));
      add(digest, utf8(label.getValue()));
    }
    return digest.digest();
  }

  static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  /** Adds the length first, so that two neighbours can't trade bytes. */
  private static void add(MessageDigest digest, byte[] bytes) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
