/**
 * Both services in this process, on real ports: for {@code up} and {@code demo}. The only package
 * of the command line that imports the services themselves.
 */
package io.plateau.cli.embedded;
