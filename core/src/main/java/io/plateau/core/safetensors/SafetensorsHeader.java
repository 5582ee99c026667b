package io.plateau.core.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a file holds. Tensors cover the data without gap or overlap.
 *
 * @param tensors in the order of their bytes
 * @param metadata texts by name, from {@code __metadata__}
 */
public record SafetensorsHeader(List<TensorEntry> tensors, Map<String, String> metadata) {

  /** Largest header, below the format's own limit of 100 MB: 16 MiB. */
  public static final int MAX_BYTES = 16 << 20;

  /** Largest number of tensors. */
  public static final int MAX_TENSORS = 100_000;

  /** Largest number of axes. */
  public static final int MAX_RANK = 16;

  private static final String METADATA = "__metadata__";

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(3)
                  .maxNumberLength(20)
                  .maxNameLength(MAX_BYTES)
                  .maxStringLength(MAX_BYTES)
                  .build())
          .build();

  /** Copies the collections. */
  public SafetensorsHeader {
    tensors = List.copyOf(tensors);
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /** The tensor with a name, if there is one. */
  public Optional<TensorEntry> tensor(String name) {
    return tensors.stream().filter(tensor -> tensor.name().equals(name)).findFirst();
  }

  /**
   * Reads the JSON of a header.
   *
   * @param json its bytes
   * @param dataBytes bytes of the file after the header
   * @param where names the file in errors
   * @throws SafetensorsException for anything that the format does not allow
   */
  static SafetensorsHeader parse(byte[] json, long dataBytes, String where) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
    } catch (CharacterCodingException e) {
      throw new SafetensorsException(where, "the header is not UTF-8", e);
    }
    if (!text.startsWith("{")) {
      throw new SafetensorsException(where, "the header does not begin with '{'");
    }
    List<TensorEntry> tensors = new ArrayList<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(text)) {
      parser.nextToken();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        if (name.equals(METADATA)) {
          readMetadata(parser, metadata, where);
        } else if (tensors.size() == MAX_TENSORS) {
          throw new SafetensorsException(where, "more than " + MAX_TENSORS + " tensors");
        } else {
          tensors.add(readTensor(parser, name, where));
        }
      }
      if (parser.nextToken() != null) {
        throw new SafetensorsException(where, "the header goes on after its closing '}'");
      }
    } catch (JsonProcessingException e) {
      throw new SafetensorsException(
          where, "the header is not sound JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    tensors.sort(Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end));
    requireCover(tensors, dataBytes, where);
    return new SafetensorsHeader(tensors, metadata);
  }

  /**
   * The bytes of the header, its length field first, padded so that the data starts aligned to 8.
   */
  byte[] toBytes() {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    json.writeBytes(new byte[8]);
    try (JsonGenerator generator = JSON.createGenerator(json)) {
      generator.writeStartObject();
      if (!metadata.isEmpty()) {
        generator.writeObjectFieldStart(METADATA);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          generator.writeStringField(entry.getKey(), entry.getValue());
        }
        generator.writeEndObject();
      }
      for (TensorEntry tensor : tensors) {
        generator.writeObjectFieldStart(tensor.name());
        generator.writeStringField("dtype", tensor.dtype().name());
        generator.writeArrayFieldStart("shape");
        for (long length : tensor.shape()) {
          generator.writeNumber(length);
        }
        generator.writeEndArray();
        generator.writeArrayFieldStart("data_offsets");
        generator.writeNumber(tensor.begin());
        generator.writeNumber(tensor.end());
        generator.writeEndArray();
        generator.writeEndObject();
      }
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    while (json.size() % 8 != 0) {
      json.write(' ');
    }
    byte[] bytes = json.toByteArray();
    if (bytes.length - 8 > MAX_BYTES) {
      throw new IllegalArgumentException("a header of more than " + MAX_BYTES + " bytes");
    }
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, bytes.length - 8L);
    return bytes;
  }

  private static void readMetadata(JsonParser parser, Map<String, String> metadata, String where)
      throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new SafetensorsException(where, METADATA + " is not an object");
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        throw new SafetensorsException(where, METADATA + " '" + shortened(name) + "' is no text");
      }
      metadata.put(name, parser.getText());
    }
  }

  private static TensorEntry readTensor(JsonParser parser, String name, String where)
      throws IOException {
    String tensor = "tensor '" + shortened(name) + "'";
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new SafetensorsException(where, tensor + " is not described by an object");
    }
    Dtype dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "dtype" -> dtype = readDtype(parser, tensor, where);
        case "shape" -> shape = readNumbers(parser, tensor + ": shape", MAX_RANK, where);
        case "data_offsets" -> offsets = readNumbers(parser, tensor + ": data_offsets", 2, where);
        default ->
            throw new SafetensorsException(
                where, tensor + " has the unknown field '" + shortened(field) + "'");
      }
    }
    if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
      throw new SafetensorsException(
          where, tensor + " needs a dtype, a shape and two data_offsets");
    }
    TensorEntry entry = new TensorEntry(name, dtype, shape, offsets.get(0), offsets.get(1));
    requireSize(entry, tensor, where);
    return entry;
  }

  private static Dtype readDtype(JsonParser parser, String tensor, String where)
      throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      for (Dtype dtype : Dtype.values()) {
        if (dtype.name().equals(parser.getText())) {
          return dtype;
        }
      }
    }
    throw new SafetensorsException(
        where,
        tensor
            + " has dtype '"
            + shortened(String.valueOf(parser.getText()))
            + "'; read are "
            + List.of(Dtype.values()));
  }

  private static List<Long> readNumbers(JsonParser parser, String field, int most, String where)
      throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw new SafetensorsException(where, field + " is not an array");
    }
    List<Long> numbers = new ArrayList<>(4);
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
          || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
          || parser.getLongValue() < 0) {
        throw new SafetensorsException(
            where,
            field
                + " has the entry "
                + shortened(String.valueOf(parser.getText()))
                + "; give integers from 0 to 2^63 - 1");
      }
      if (numbers.size() == most) {
        throw new SafetensorsException(where, field + " has more than " + most + " entries");
      }
      numbers.add(parser.getLongValue());
    }
    return numbers;
  }

  private static void requireSize(TensorEntry entry, String tensor, String where) {
    long bytes = entry.dtype().bytes();
    try {
      for (long length : entry.shape()) {
        bytes = Math.multiplyExact(bytes, length);
      }
    } catch (ArithmeticException e) {
      throw new SafetensorsException(
          where, tensor + " of shape " + entry.shape() + " has more than 2^63 - 1 bytes", e);
    }
    if (entry.end() < entry.begin() || entry.end() - entry.begin() != bytes) {
      throw new SafetensorsException(
          where,
          tensor
              + " of type "
              + entry.dtype()
              + " and shape "
              + entry.shape()
              + " has "
              + bytes
              + " bytes, but data_offsets ["
              + entry.begin()
              + ", "
              + entry.end()
              + "]");
    }
  }

  private static void requireCover(List<TensorEntry> tensors, long dataBytes, String where) {
    long covered = 0;
    for (TensorEntry tensor : tensors) {
      if (tensor.begin() != covered) {
        throw new SafetensorsException(
            where,
            "tensor '"
                + shortened(tensor.name())
                + "' begins at data byte "
                + tensor.begin()
                + (tensor.begin() < covered ? ", inside the one before it" : ", after a gap")
                + " (expected "
                + covered
                + ")");
      }
      covered = tensor.end();
    }
    if (covered != dataBytes) {
      throw new SafetensorsException(
          where,
          "the tensors take "
              + covered
              + " bytes, but "
              + dataBytes
              + " follow the header"
              + (covered > dataBytes ? "; the file is cut short" : ""));
    }
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }
}
