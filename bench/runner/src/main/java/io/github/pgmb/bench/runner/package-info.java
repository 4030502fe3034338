/** Starts PostgreSQL and servers, runs the rounds in them, and writes one result. */
@NullMarked
package io.github.pgmb.bench.runner;

import org.jspecify.annotations.NullMarked;
