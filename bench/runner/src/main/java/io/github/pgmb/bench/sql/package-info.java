/**
 * The SQL core by itself: plain JDBC against a PostgreSQL of its own, without engine or container. Uses the load and the
 * report, and nothing of the runner.
 */
@NullMarked
package io.github.pgmb.bench.sql;

import org.jspecify.annotations.NullMarked;
