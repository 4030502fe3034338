/**
 * The fault harness: nodes without a container as processes, PostgreSQL as a process, and a proxy between them; all of them are
 * killed, frozen and cut off, by a schedule that a seed repeats. {@link io.github.pgmb.it.faults.Rig} holds them together;
 * {@link io.github.pgmb.it.faults.Ledgers} reads what nodes noted outside of the database, {@link io.github.pgmb.it.faults.Checker}
 * compares that with the database. A failed test prints seed and faults; {@code -Dpgmb.it.seed=…} repeats its choices,
 * {@code -Plong} goes on for longer.
 */
package io.github.pgmb.it.faults;
