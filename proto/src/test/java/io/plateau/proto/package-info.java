/**
 * Holds the contract to its rules. Reads the descriptor set that travels in the jar and the
 * generated messages; imports nothing of Plateau but them.
 */
package io.plateau.proto;
