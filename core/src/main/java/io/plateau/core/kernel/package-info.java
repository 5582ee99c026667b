/**
 * What a device offers: buffers and the dozen operations that the layers need, forward and
 * backward, bound to their buffers once and run many times. The interface {@link
 * io.plateau.core.kernel.Device} is the place where another executor can stand beside ND4J's,
 * without a change above it. Imports the network package only; the subpackage {@code nd4j} is the
 * only code that touches ND4J.
 */
package io.plateau.core.kernel;
