package io.plateau.service.listing;

/** A filter, an order or a page token that can't be used. */
public final class ListException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Which of them. */
  public enum Part {
    FILTER,
    ORDER,
    PAGE_TOKEN
  }

  private final Part part;
  private final int position;

  ListException(Part part, int position, String message) {
    super(message);
    this.part = part;
    this.position = position;
  }

  /** Which of them. */
  public Part part() {
    return part;
  }

  /** Where in the text, from 0. */
  public int position() {
    return position;
  }
}
