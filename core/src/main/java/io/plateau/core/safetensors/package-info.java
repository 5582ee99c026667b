/**
 * The safetensors format: a JSON header of names, types, shapes and offsets, then the tensors'
 * bytes, little-endian and row-major. Every malformed header is refused before anything is
 * allocated by what it says. Imports nothing else of Plateau.
 */
package io.plateau.core.safetensors;
