/**
 * What every measurement in a PostgreSQL of its own shares: databases with the schema, rounds, and what they cost. Uses the load and
 * the report.
 */
@NullMarked
package io.github.pgmb.bench.measure;

import org.jspecify.annotations.NullMarked;
