package io.github.pgmb;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a method of a CDI bean or of an EJB a durable handler: it receives every event that matches, in order, on one
 * node at a time, and continues after a crash where it had acknowledged.
 *
 * <p><b>Parameters.</b> The first one is the event: the payload itself ({@code OrderPlaced}, {@code JsonObject},
 * {@code String}, …), {@code Event<OrderPlaced>}, or for batch-wise handling {@code EventBatch<OrderPlaced>} or
 * {@code List<Event<OrderPlaced>>}. Further parameters are injection points. The method may have any visibility.
 *
 * <p><b>Acknowledgement.</b> If the method runs in a transaction ({@code @Transactional} REQUIRED or MANDATORY, or the
 * EJB attributes of these names), the broker begins it and acknowledges in it: the handler's database effects and its
 * acknowledgement commit together or not at all. Otherwise the event is acknowledged after the method has returned
 * (at-least-once).
 *
 * <p><b>Failure.</b> Any exception that leaves the method, a checked one included, rolls back and is a failed attempt; so are a
 * transaction that is marked for rollback, fails at its commit, or runs into its timeout. The same event, or exactly the same batch,
 * is given to the method again as {@link #retry()} says, and is a dead letter after the last attempt ({@code pgmb.dead_letters}):
 * nothing is lost. An event whose payload cannot be read as the declared type is a dead letter at once; the rest of its batch is handled.
 * Meanwhile the handler goes on with later events, or waits: {@link #onFailure()}. Other handlers are not affected. What is not the
 * handler's fault (no database, a cut connection, a serialization failure or deadlock now and then, a stop) is no attempt: it is done again
 * in its place.
 *
 * <p>A wrong declaration fails the deployment with an error that names the method and what is accepted.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface PgmbObserves {

    /**
     * The topics to receive: exact names, or a trailing wildcard ({@code "orders.*"} matches {@code orders.eu} and
     * {@code orders.eu.paid}, but not {@code orders}). Each 1 to 255 characters. Empty: every topic, which requires
     * {@link #conditionsSql()}.
     */
    String[] topics() default {};

    /**
     * A SQL expression that is true for the events to receive, besides {@link #topics()}. It sees {@code e} (the
     * event: {@code id, topic, payload, metadata}) and {@code s} (this subscription: {@code id, group_id, params}), for
     * example {@code (e.payload->>'total')::numeric > (s.params->>'min')::numeric}. No subqueries and no volatile functions.
     */
    String conditionsSql() default "";

    /** A JSON object that the condition sees as {@code s.params}; the key {@code topics} is reserved. */
    String params() default "{}";

    /**
     * The handler's durable name: together with {@code pgmb.group-id} the identity of its position. Lower-case letters,
     * digits and hyphens, beginning with a letter or digit, at most 100 characters, unique in the application. Default: the names of class and
     * method, such as {@code invoicing-on-order-placed}. Renaming it makes a new handler that starts with the events
     * published from then on.
     */
    String name() default "";

    /** When events that the method fails on are given to it again. */
    Retry retry() default @Retry;

    /** Whether later events wait for them. The settings {@code pgmb.handler.<name>.on-failure} and {@code pgmb.on-failure} can say {@code block}. */
    OnFailure onFailure() default OnFailure.CONTINUE;

    /**
     * Where a batch is cut into parts that are handled by a call each, and fail each on their own: a JSON Pointer (RFC 6901) into
     * {@code {"id", "topic", "payload", "metadata"}}, such as {@code /topic} or {@code /payload/customerId}. Events with the same value
     * are a part, in their order; so are those that have none. Empty: a batch is one part. Only for handlers of batches.
     *
     * <p>In a transaction, all parts of a batch are handled and acknowledged by one; if one of them fails, all are rolled back, and each
     * is handled by a transaction of its own then.
     */
    String splitBy() default "";
}
