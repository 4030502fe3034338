package io.github.pgmb.test.postgres;

import org.jspecify.annotations.Nullable;

/** PostgreSQL could not be unpacked, initialised, started, stopped or prepared; the message says what and why. */
public final class PostgresException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PostgresException(String message) {
        super(message);
    }

    PostgresException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
