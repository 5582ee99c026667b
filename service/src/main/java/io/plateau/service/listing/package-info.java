/**
 * Lists in pages: filters, orders and page tokens as the contract's list calls take them, read once
 * and turned into the SQL of a table that says which of its columns may be asked for.
 *
 * <p>May import Jdbi; nothing else of ours.
 */
package io.plateau.service.listing;
