package io.plateau.service.translation;

import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;

/**
 * A field of a request, named in errors as a caller would write it.
 *
 * @param path such as {@code training.network.layer_list.layers[2]}; empty for the request itself
 */
public record RequestField(String path) {
  /** The request itself. */
  public static final RequestField REQUEST = new RequestField("");

  /** A field of the message that this field holds. */
  public RequestField child(String name) {
    return new RequestField(path.isEmpty() ? name : path + "." + name);
  }

  /** An entry of this repeated field. */
  public RequestField element(int index) {
    return new RequestField(path + "[" + index + "]");
  }

  /** A failure for which this field is to blame; with no field named if it is the request. */
  public PlateauException failure(Reason reason, String problem) {
    return failure(reason, problem, null);
  }

  /** The same with what led to it. */
  public PlateauException failure(Reason reason, String problem, Throwable cause) {
    if (path.isEmpty()) {
      return PlateauException.builder(reason, problem).cause(cause).build();
    }
    return PlateauException.builder(reason, path + ": " + problem)
        .field(path, problem)
        .metadata("field", path)
        .cause(cause)
        .build();
  }

  /** A value that breaks a rule of the contract. */
  public PlateauException invalid(String problem) {
    return failure(Reason.REQUEST_INVALID, problem);
  }

  /**
   * Something that the contract knows and this version doesn't.
   *
   * @param asked what it is
   * @param supported what to ask for instead
   */
  public PlateauException unsupported(String asked, String supported) {
    String problem = asked + " is not supported by this version; " + supported;
    return PlateauException.builder(Reason.NOT_IMPLEMENTED, path + ": " + problem)
        .field(path, problem)
        .metadata("field", path)
        .build();
  }
}
