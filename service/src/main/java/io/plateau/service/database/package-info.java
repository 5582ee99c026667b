/**
 * The relational database of a server: an embedded H2 file or PostgreSQL, opened, migrated and
 * pooled, with its failures typed.
 *
 * <p>May import JDBC, HikariCP, Jdbi and Flyway; nothing else of Plateau.
 */
package io.plateau.service.database;
