package io.plateau.core.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.util.Objects;

/**
 * Reads tensors straight into the caller's arrays. From a file in any order; from a stream in the
 * order of their bytes.
 */
public final class SafetensorsReader {
  private static final int BUFFER_BYTES = 1 << 18;

  private final ReadableByteChannel in;
  private final String where;
  private final SafetensorsHeader header;
  private final long dataStart;
  private final ByteBuffer buffer;
  private long position;

  /**
   * Reads and checks the header.
   *
   * @param in positioned at the first byte; not closed here
   * @param bytes size of the whole file
   * @param where names the file in errors
   * @throws SafetensorsException for anything that the format does not allow
   */
  public SafetensorsReader(ReadableByteChannel in, long bytes, String where) throws IOException {
    this.in = in;
    this.where = where;
    if (bytes < 8) {
      throw new SafetensorsException(where, bytes + " bytes are too few for a header");
    }
    long headerBytes = readExactly(8).getLong();
    if (headerBytes < 0 || headerBytes > SafetensorsHeader.MAX_BYTES) {
      throw new SafetensorsException(
          where,
          "the header is said to have "
              + Long.toUnsignedString(headerBytes)
              + " bytes; the limit is "
              + SafetensorsHeader.MAX_BYTES);
    }
    if (headerBytes > bytes - 8) {
      throw new SafetensorsException(
          where,
          "the header is said to have "
              + headerBytes
              + " bytes, but "
              + (bytes - 8)
              + " follow its length; the file is cut short");
    }
    byte[] json = new byte[(int) headerBytes];
    readExactly(json.length).get(json);
    dataStart = 8 + headerBytes;
    header = SafetensorsHeader.parse(json, bytes - dataStart, where);
    buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** What the file holds. */
  public SafetensorsHeader header() {
    return header;
  }

  /**
   * Reads a floating-point tensor, row-major. F64 is rounded to the nearest float.
   *
   * @throws SafetensorsException if the tensor holds integers or the file ends early
   */
  public void readFloats(TensorEntry tensor, float[] target, int targetOffset) throws IOException {
    if (!tensor.dtype().isFloatingPoint()) {
      throw new SafetensorsException(
          where,
          "tensor '" + tensor.name() + "' is " + tensor.dtype() + "; give F32, F64, F16 or BF16");
    }
    Objects.checkFromIndexSize(targetOffset, tensor.size(), target.length);
    int next = targetOffset;
    long bytesLeft = moveTo(tensor);
    while (bytesLeft > 0) {
      bytesLeft -= fill(bytesLeft);
      switch (tensor.dtype()) {
        case F32 -> {
          int count = buffer.remaining() / 4;
          buffer.asFloatBuffer().get(target, next, count);
          next += count;
        }
        case F64 -> {
          while (buffer.hasRemaining()) {
            target[next++] = (float) buffer.getDouble();
          }
        }
        case F16 -> {
          while (buffer.hasRemaining()) {
            target[next++] = halfToFloat(buffer.getShort());
          }
        }
        default -> {
          while (buffer.hasRemaining()) {
            target[next++] = Float.intBitsToFloat(buffer.getShort() << 16);
          }
        }
      }
    }
  }

  /**
   * Reads a floating-point tensor in double precision, row-major.
   *
   * @throws SafetensorsException if the tensor holds integers or the file ends early
   */
  public double[] readDoubles(TensorEntry tensor) throws IOException {
    double[] values = new double[requireArraySize(tensor)];
    if (tensor.dtype() == Dtype.F64) {
      int next = 0;
      long bytesLeft = moveTo(tensor);
      while (bytesLeft > 0) {
        bytesLeft -= fill(bytesLeft);
        int count = buffer.remaining() / 8;
        buffer.asDoubleBuffer().get(values, next, count);
        next += count;
      }
    } else {
      float[] floats = new float[values.length];
      readFloats(tensor, floats, 0);
      for (int i = 0; i < values.length; i++) {
        values[i] = floats[i];
      }
    }
    return values;
  }

  /**
   * Reads an integer tensor, row-major.
   *
   * @throws SafetensorsException if the tensor holds no integers or the file ends early
   */
  public long[] readIntegers(TensorEntry tensor) throws IOException {
    if (tensor.dtype().isFloatingPoint()) {
      throw new SafetensorsException(
          where, "tensor '" + tensor.name() + "' is " + tensor.dtype() + "; give integers");
    }
    long[] values = new long[requireArraySize(tensor)];
    int next = 0;
    long bytesLeft = moveTo(tensor);
    while (bytesLeft > 0) {
      bytesLeft -= fill(bytesLeft);
      while (buffer.hasRemaining()) {
        values[next++] =
            switch (tensor.dtype()) {
              case I64 -> buffer.getLong();
              case I32 -> buffer.getInt();
              case I16 -> buffer.getShort();
              case I8 -> buffer.get();
              default -> buffer.get() & 0xff;
            };
      }
    }
    return values;
  }

  private int requireArraySize(TensorEntry tensor) {
    if (tensor.size() > Integer.MAX_VALUE - 8) {
      throw new SafetensorsException(
          where,
          "tensor '" + tensor.name() + "' has " + tensor.size() + " elements, too many for memory");
    }
    return (int) tensor.size();
  }

  private long moveTo(TensorEntry tensor) throws IOException {
    long wanted = dataStart + tensor.begin();
    if (in instanceof SeekableByteChannel seekable) {
      seekable.position(wanted);
      position = wanted;
    } else if (wanted < position) {
      throw new IllegalStateException("'" + tensor.name() + "' was passed in a stream");
    }
    while (position < wanted) {
      fill(wanted - position);
    }
    return tensor.end() - tensor.begin();
  }

  private int fill(long bytesWanted) throws IOException {
    buffer.clear().limit((int) Math.min(buffer.capacity(), bytesWanted));
    readFully(buffer);
    buffer.flip();
    return buffer.limit();
  }

  private ByteBuffer readExactly(int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    readFully(bytes);
    return bytes.flip();
  }

  private void readFully(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      int read = in.read(bytes);
      if (read < 0) {
        throw new SafetensorsException(where, "ends early, at byte " + position);
      }
      position += read;
    }
  }

  // Float.float16ToFloat came with Java 20.
  private static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wideExponent = exponent == 31 ? 0xff : exponent + 112;
    return Float.intBitsToFloat(sign | wideExponent << 23 | fraction << 13);
  }
}
