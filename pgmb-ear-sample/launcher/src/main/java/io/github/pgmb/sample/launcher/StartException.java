package io.github.pgmb.sample.launcher;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Why the sample could not start, in words for whoever typed the command. */
final class StartException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    StartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    StartException(String message) {
        this(message, null);
    }
}
