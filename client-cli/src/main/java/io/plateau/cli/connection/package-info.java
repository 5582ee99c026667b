/** Channels to the two services and the stubs on them. */
package io.plateau.cli.connection;
