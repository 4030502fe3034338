/**
 * The engine without container and JSON mapping: what handling costs with it, how fast another node takes over, what waiting retries
 * cost. Uses the measurements, the load and the report, and nothing of the runner.
 */
@NullMarked
package io.github.pgmb.bench.engine;

import org.jspecify.annotations.NullMarked;
