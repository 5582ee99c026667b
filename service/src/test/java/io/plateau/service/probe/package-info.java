/** A small service and a server around it, for the tests of the shared parts. */
package io.plateau.service.probe;
