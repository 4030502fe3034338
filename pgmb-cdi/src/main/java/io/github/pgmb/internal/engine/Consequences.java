package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.FailedPart;
import io.github.pgmb.internal.db.FailedPart.Reason;
import io.github.pgmb.internal.db.FailedPart.Trouble;
import io.github.pgmb.internal.db.StoredEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** What becomes of what was not handled, by the policy of its handler. */
final class Consequences {

    private final String handler;
    private final FailurePolicy policy;
    private final RandomGenerator random;

    Consequences(HandlerDefinition handler, RandomGenerator random) {
        this.handler = handler.name();
        this.policy = handler.failures();
        this.random = random;
    }

    /** Of a part that the handler has failed on. */
    FailedPart failed(Part part, int failedBefore, Throwable failure) {
        var attempts = failedBefore + 1;
        var permanent =
                Causes.anyMatch(failure, cause -> policy.permanent().stream().anyMatch(type -> type.isInstance(cause)));
        var delay = permanent ? Optional.<Duration>empty() : policy.retries().delay(attempts, random);
        return new FailedPart(
                part.ids(),
                attempts,
                delay,
                policy.blocks(),
                permanent ? Reason.PERMANENT : Reason.ATTEMPTS,
                Causes.of(failure));
    }

    /** Of a part that nobody has failed on, and that is not acknowledged with the others; to be handled by itself, at once. */
    FailedPart untried(Part part, int failedBefore) {
        return new FailedPart(
                part.ids(),
                failedBefore,
                Optional.of(Duration.ZERO),
                policy.blocks(),
                Reason.ATTEMPTS,
                new Trouble("Not tried yet: it goes on apart from the rest of its batch.", List.of()));
    }

    /** Of an event that cannot be read as what the handler takes: another attempt would not change that. */
    FailedPart unreadable(StoredEvent event, int failedBefore, Throwable misfit) {
        return deadLetter(event.id(), failedBefore + 1, Reason.PAYLOAD, Causes.of(misfit));
    }

    /** Of an event that is no longer in the log. */
    FailedPart gone(String eventId, int failedBefore) {
        return deadLetter(
                eventId, failedBefore, Reason.GONE, new Trouble("The event is no longer in the log.", List.of()));
    }

    /** Of what another client asks to be tried again, and of what says so without naming anything. */
    FailedPart retryOfOthers(StoredEvent retry) {
        try {
            var named = RequestedRetry.of(retry.payload());
            if (named.handler().equals(handler)) {
                return new FailedPart(
                        named.eventIds(),
                        named.attempts(),
                        Optional.of(Duration.ZERO),
                        policy.blocks(),
                        Reason.ATTEMPTS,
                        new Trouble("Asked for by event " + retry.id() + ".", List.of()));
            }
            throw new IllegalArgumentException("It is for a handler " + named.handler() + ", which is not this one.");
        } catch (RuntimeException malformed) {
            return deadLetter(retry.id(), 0, Reason.RETRY, Causes.of(malformed));
        }
    }

    /** Of what asks for another attempt, when it is itself to be tried again. */
    FailedPart retryOfRetry(StoredEvent retry) {
        return deadLetter(
                retry.id(), 0, Reason.RETRY, new Trouble("It asks for a retry, and is not retried itself.", List.of()));
    }

    private FailedPart deadLetter(String eventId, int attempts, Reason reason, Trouble trouble) {
        return new FailedPart(List.of(eventId), attempts, Optional.empty(), policy.blocks(), reason, trouble);
    }
}
