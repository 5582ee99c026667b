/**
 * Checkpoint pairs: both ends of a training, the manifest that describes them and the stores that
 * keep them whole. Imports {@code core.network}, {@code core.dataset} and {@code core.safetensors}.
 */
package io.plateau.core.checkpoint;
