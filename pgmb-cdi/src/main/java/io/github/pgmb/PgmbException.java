package io.github.pgmb;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Says what PGMB could not do, and why; the message begins with a code such as {@code PGMB-0101}. */
public class PgmbException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    public PgmbException(String message) {
        super(message);
    }

    public PgmbException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
