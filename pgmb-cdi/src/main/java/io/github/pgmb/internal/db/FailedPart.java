package io.github.pgmb.internal.db;

import jakarta.json.JsonObject;
import jakarta.json.spi.JsonProvider;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Events that failed together, or were not handled for another reason, and what becomes of them.
 *
 * @param eventIds of one attempt, in their order
 * @param attempts how many have failed
 * @param delay until the next one; empty: they become dead letters
 * @param blocks whether their group waits for the next attempt
 * @param reason as {@code pgmb.dead_letters} tells it
 * @param trouble what they failed of
 */
public record FailedPart(
        List<String> eventIds, int attempts, Optional<Duration> delay, boolean blocks, Reason reason, Trouble trouble) {

    /** Why something becomes a dead letter. */
    public enum Reason {
        /** The payload cannot be read as what the handler takes. */
        PAYLOAD,
        /** The handler failed in a way that is not to be tried again. */
        PERMANENT,
        /** The handler failed on the last of its attempts. */
        ATTEMPTS,
        /** A {@code pgmb-retry} that names nothing to be tried again. */
        RETRY,
        /** The event is no longer in the log, from which somebody has deleted it. */
        GONE
    }

    /**
     * A failure as it is kept.
     *
     * @param causes the outermost first, bounded in number and length
     */
    public record Trouble(String message, List<Cause> causes) {

        /**
         * One of the chain.
         *
         * @param at class, method and line that raised it; empty if that is not known
         */
        public record Cause(String type, String message, String at) {

            private JsonObject toJson(JsonProvider json) {
                return json.createObjectBuilder()
                        .add("type", type)
                        .add("message", message)
                        .add("at", at)
                        .build();
            }
        }
    }

    /** The same with more events, to be tried again together. */
    public FailedPart followedBy(List<String> others) {
        var ids = Stream.concat(eventIds.stream(), others.stream()).toList();
        return new FailedPart(ids, attempts, delay, blocks, reason, trouble);
    }

    /** As {@code pgmb.failed_parts} reads it. */
    static String toJson(List<FailedPart> parts) {
        // Looked up once: that takes longer than all the rest.
        var json = JsonProvider.provider();
        var array = json.createArrayBuilder();
        parts.forEach(part -> array.add(part.toJson(json)));
        return array.build().toString();
    }

    private JsonObject toJson(JsonProvider json) {
        var causes = json.createArrayBuilder();
        trouble.causes().forEach(cause -> causes.add(cause.toJson(json)));
        var part = json.createObjectBuilder()
                .add("event_ids", json.createArrayBuilder(eventIds))
                .add("attempts", attempts)
                .add("blocks", blocks)
                .add("reason", reason.name().toLowerCase(Locale.ROOT))
                .add("message", trouble.message())
                .add("causes", causes);
        delay.ifPresent(until -> part.add("delay_ms", until.toMillis()));
        return part.build();
    }
}
