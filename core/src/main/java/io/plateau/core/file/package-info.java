/**
 * Files that are there whole or not at all: temporary file, fsync, rename, fsync of the folder; and
 * digests. Imports nothing else of Plateau.
 */
package io.plateau.core.file;
