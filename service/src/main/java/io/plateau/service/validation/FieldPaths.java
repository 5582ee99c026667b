package io.plateau.service.validation;

import build.buf.validate.FieldPath;
import build.buf.validate.FieldPathElement;

/**
 * Writes a field path as users write it: {@code network.layers[2].width}, {@code labels["team"]}.
 */
final class FieldPaths {
  private FieldPaths() {}

  static String format(FieldPath path) {
    StringBuilder text = new StringBuilder();
    for (FieldPathElement element : path.getElementsList()) {
      if (text.length() > 0) {
        text.append('.');
      }
      text.append(element.getFieldName());
      switch (element.getSubscriptCase()) {
        case INDEX -> text.append('[').append(element.getIndex()).append(']');
        case BOOL_KEY -> text.append('[').append(element.getBoolKey()).append(']');
        case INT_KEY -> text.append('[').append(element.getIntKey()).append(']');
        case UINT_KEY ->
            text.append('[').append(Long.toUnsignedString(element.getUintKey())).append(']');
        case STRING_KEY -> text.append("[\"").append(element.getStringKey()).append("\"]");
        case SUBSCRIPT_NOT_SET -> {}
      }
    }
    return text.toString();
  }
}
