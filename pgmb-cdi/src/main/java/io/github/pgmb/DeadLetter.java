package io.github.pgmb;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An event that a handler did not handle.
 *
 * @param handler its name
 * @param eventId the id of the event
 * @param topic the topic it was published to; empty if the event was gone before it became a dead letter
 * @param payload as JSON text, which need not be what the handler can read
 * @param metadata as JSON text; empty if the publisher added none
 * @param reason why it is a dead letter
 * @param message what the last attempt failed of, for people
 * @param causes the exceptions of the last attempt, the outermost first, at most 10; empty if there was none
 * @param attempts how many have failed in all
 * @param firstFailedAt when the first one failed, by the clock of the database
 * @param failedAt when it became a dead letter last
 * @param nextAttemptAt when it is handled once more, if it is being redriven
 */
public record DeadLetter(
        String handler,
        String eventId,
        String topic,
        String payload,
        Optional<String> metadata,
        Reason reason,
        String message,
        List<Cause> causes,
        int attempts,
        Instant firstFailedAt,
        Instant failedAt,
        Optional<Instant> nextAttemptAt) {

    public DeadLetter {
        causes = List.copyOf(causes);
    }

    /** Why an event is a dead letter. */
    public enum Reason {
        /** The handler's condition raised an error on it. */
        CONDITION,
        /** Its payload cannot be read as what the handler takes. */
        PAYLOAD,
        /** The handler failed in a way that is not to be tried again. */
        PERMANENT,
        /** The handler failed on the last of its attempts. */
        ATTEMPTS,
        /** It asks for a retry that cannot be carried out. */
        RETRY,
        /** It was to be tried again, and was no longer in the log. */
        GONE,
        /** One that a newer schema knows. */
        OTHER
    }

    /**
     * An exception.
     *
     * @param type the name of its class
     * @param message its first 1000 characters; empty if it has none
     * @param at where it was raised; empty if that is not known
     */
    public record Cause(String type, String message, String at) {}
}
