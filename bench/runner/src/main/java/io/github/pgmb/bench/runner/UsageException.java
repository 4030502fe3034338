package io.github.pgmb.bench.runner;

import java.io.Serial;

/** An option that is not known or not acceptable; the message says what is. */
final class UsageException extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
