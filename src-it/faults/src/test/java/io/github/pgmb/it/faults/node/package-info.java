/**
 * What runs in a node: a JVM of its own with the engine, a pool, local transactions, handlers that fail and publishers, all of
 * which keep a ledger in a file. {@link io.github.pgmb.it.faults.node.NodeProcess} begins it.
 */
package io.github.pgmb.it.faults.node;
