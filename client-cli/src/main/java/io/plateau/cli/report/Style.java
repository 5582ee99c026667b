package io.plateau.cli.report;

/**
 * How a series looks: a colour of Okabe and Ito's palette (2008), which colour-blind readers can
 * tell apart, and a dash and a marker of their own, so that a black and white print tells them
 * apart too. 35 pairs of colour and dash.
 */
record Style(String colourClass, String dash, int marker) {
  private static final int COLOURS = 7;
  private static final String[] DASHES = {"", "7 3", "2 2.5", "9 3 2 3", "12 4"};
  private static final int MARKERS = 6;

  static Style of(int index) {
    int place = Math.floorMod(index, COLOURS * DASHES.length);
    return new Style("c" + place % COLOURS, DASHES[place % DASHES.length], place % MARKERS);
  }

  /** The outline of the marker around (x, y). */
  String markerPath(double x, double y, double size) {
    return switch (marker) {
      case 0 -> circle(x, y, size);
      case 1 -> polygon(x, y, size * 0.9, -1, -1, 1, -1, 1, 1, -1, 1);
      case 2 -> polygon(x, y, size * 1.15, 0, -1, 1, 0.8, -1, 0.8);
      case 3 -> polygon(x, y, size * 1.25, 0, -1, 1, 0, 0, 1, -1, 0);
      case 4 -> polygon(x, y, size * 1.15, 0, 1, 1, -0.8, -1, -0.8);
      default ->
          polygon(
              x,
              y,
              size * 1.2,
              -0.35,
              -1,
              0.35,
              -1,
              0.35,
              -0.35,
              1,
              -0.35,
              1,
              0.35,
              0.35,
              0.35,
              0.35,
              1,
              -0.35,
              1,
              -0.35,
              0.35,
              -1,
              0.35,
              -1,
              -0.35,
              -0.35,
              -0.35);
    };
  }

  private static String circle(double x, double y, double r) {
    return "M"
        + Svg.number(x - r)
        + " "
        + Svg.number(y)
        + "a"
        + Svg.number(r)
        + " "
        + Svg.number(r)
        + " 0 1 0 "
        + Svg.number(2 * r)
        + " 0a"
        + Svg.number(r)
        + " "
        + Svg.number(r)
        + " 0 1 0 "
        + Svg.number(-2 * r)
        + " 0z";
  }

  private static String polygon(double x, double y, double size, double... offsets) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < offsets.length; i += 2) {
      path.append(i == 0 ? 'M' : 'L')
          .append(Svg.number(x + offsets[i] * size))
          .append(' ')
          .append(Svg.number(y + offsets[i + 1] * size));
    }
    return path.append('z').toString();
  }
}
