package io.github.pgmb.bench.runner;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Why nothing could be measured, in words for whoever typed the command. */
final class BenchException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    BenchException(String message) {
        this(message, null);
    }

    BenchException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
