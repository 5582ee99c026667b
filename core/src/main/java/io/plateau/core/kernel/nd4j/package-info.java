/** The device that runs on ND4J's native library. The only package that imports ND4J. */
package io.plateau.core.kernel.nd4j;
