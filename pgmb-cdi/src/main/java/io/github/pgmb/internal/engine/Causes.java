package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.FailedPart.Trouble;
import io.github.pgmb.internal.db.FailedPart.Trouble.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The chain of causes of a failure, as it is kept in the database: bounded, whatever an exception says. */
final class Causes {

    private static final int MOST = 10;
    private static final int LONGEST_MESSAGE = 1000;

    private Causes() {}

    static Trouble of(Throwable failure) {
        var causes = chain(failure).stream()
                .map(cause -> new Cause(cause.getClass().getName(), message(cause), place(cause)))
                .toList();
        return new Trouble(summary(causes), causes);
    }

    /** Whether the failure or one of its causes is one of these. */
    static boolean anyMatch(Throwable failure, Predicate<Throwable> test) {
        return chain(failure).stream().anyMatch(test);
    }

    private static List<Throwable> chain(Throwable failure) {
        var chain = new ArrayList<Throwable>();
        for (@Nullable Throwable cause = failure; cause != null && chain.size() < MOST; cause = cause.getCause()) {
            chain.add(cause);
        }
        return chain;
    }

    /** Wrappers often have nothing to say. */
    private static String summary(List<Cause> causes) {
        var telling = causes.stream()
                .filter(cause -> !cause.message().isEmpty())
                .findFirst()
                .orElse(causes.get(0));
        return telling.message().isEmpty() ? telling.type() : telling.type() + ": " + telling.message();
    }

    private static String message(Throwable cause) {
        var text = told(cause);
        return storable(text.length() > LONGEST_MESSAGE ? text.substring(0, LONGEST_MESSAGE) : text);
    }

    /** What an exception says, or that it fails at that. */
    static String told(Throwable failure) {
        try {
            return Objects.requireNonNullElse(failure.getMessage(), "");
        } catch (RuntimeException | StackOverflowError fails) {
            return "(its message cannot be had: " + fails.getClass().getName() + ")";
        }
    }

    /** Without what PostgreSQL has no text for: NUL, and halves of characters. */
    private static String storable(String text) {
        return text.codePoints()
                .map(point -> point == 0 || Character.getType(point) == Character.SURROGATE ? '\uFFFD' : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String place(Throwable cause) {
        var stack = cause.getStackTrace();
        return stack.length == 0 ? "" : stack[0].toString();
    }
}
