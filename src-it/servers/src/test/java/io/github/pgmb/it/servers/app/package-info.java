/**
 * The application that is deployed: what all its modules share. Each handler notes in the table {@code handled} where it
 * ran, as the standard naming context, the configuration and the context class loader say.
 */
package io.github.pgmb.it.servers.app;
