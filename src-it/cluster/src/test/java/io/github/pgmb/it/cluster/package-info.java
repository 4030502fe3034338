/**
 * Tests with several servers as processes that run the sample's application on one PostgreSQL, all of which are killed and
 * frozen. {@link io.github.pgmb.it.cluster.Cluster} holds them together, {@link io.github.pgmb.it.cluster.Ledger} remembers
 * what customers were told, {@link io.github.pgmb.it.cluster.Audit} compares that with the database. What depends on chance
 * comes from one seed, printed with the failure; {@code -Dpgmb.it.seed=…} repeats it, {@code -Plong} goes on
 * for longer. Knows nothing of the broker's classes, only its tables and log lines.
 */
package io.github.pgmb.it.cluster;
