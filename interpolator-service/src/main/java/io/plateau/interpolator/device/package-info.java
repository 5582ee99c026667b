/**
 * The device and its queue: one worker thread, fair turns of one alpha each, a bounded number of
 * evaluations on the device, memory planned and kept.
 *
 * <p>May import core's kernel, {@code configuration}, {@code metrics} and io.plateau.service's
 * errors, configuration and request. Knows no evaluation: only {@link
 * io.plateau.interpolator.device.DeviceWork}.
 */
package io.plateau.interpolator.device;
