package io.plateau.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumberTextTest {
  @Test
  void keepsSignificantDigitsAndDropsZeros() {
    assertThat(NumberText.significant(1.384339839, 4)).isEqualTo("1.384");
    assertThat(NumberText.significant(0.5, 4)).isEqualTo("0.5");
    assertThat(NumberText.significant(-1200, 2)).isEqualTo("-1200");
    assertThat(NumberText.significant(0, 4)).isEqualTo("0");
    assertThat(NumberText.significant(-0.0, 4)).isEqualTo("0");
    assertThat(NumberText.significant(123456, 3)).isEqualTo("123000");
  }

  @Test
  void givesSmallAndLargeNumbersAnExponent() {
    assertThat(NumberText.significant(1.25e-7, 4)).isEqualTo("1.25e-7");
    assertThat(NumberText.significant(3e20, 4)).isEqualTo("3e20");
    assertThat(NumberText.significant(-2.5e300, 4)).isEqualTo("-2.5e300");
  }

  @Test
  void namesWhatIsNotFinite() {
    assertThat(NumberText.share(Double.NaN)).isEqualTo("NaN");
    assertThat(NumberText.significant(Double.NEGATIVE_INFINITY, 3)).isEqualTo("-infinite");
  }

  @Test
  void aShareThatRoundsToZeroHasNoSign() {
    assertThat(NumberText.share(-0.0001)).isEqualTo("0.000");
    assertThat(NumberText.share(-0.25)).isEqualTo("-0.250");
  }
}
