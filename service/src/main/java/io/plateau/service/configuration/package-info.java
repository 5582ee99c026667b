/**
 * Settings of a server: one catalogue of typed keys, read from defaults, a file, the environment
 * and flags, each stronger than the one before.
 *
 * <p>Imports nothing of ours.
 */
package io.plateau.service.configuration;
