package io.github.pgmb.internal.cdi;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A payload does not fit the type that a handler declares; says where and why. */
final class PayloadMismatch extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    PayloadMismatch(JsonPath path, String problem) {
        this(path, problem, null);
    }

    PayloadMismatch(JsonPath path, String problem, @Nullable Throwable cause) {
        super(path + " " + problem, cause);
    }
}
