package io.github.pgmb;

import java.util.List;

/**
 * Publishes events into the log of the application's PostgreSQL. Inject it: {@code @Inject Broker broker}.
 *
 * <p><b>Transactions.</b> Inside a JTA transaction the events are part of it: they are delivered after it commits, and a
 * rollback publishes nothing. Without one they are committed before the method returns. It is that of the data source of the setting
 * {@code pgmb.datasource}. XA is not needed as long as the transaction uses no second non-XA data source; on servers that do
 * not share a non-XA connection between JPA and the broker (Payara), publishing takes a second one from the pool.
 *
 * <p><b>Order.</b> Each subscription receives the events of one connection in the order of publication. Between
 * transactions, order is that of insertion; after a common row lock it is the order in which the lock was acquired.
 *
 * <p>Thread-safe. Works before the engine has started, as soon as the schema is installed.
 */
public interface Broker {

    /**
     * Publishes one event.
     *
     * @param topic 1 to 255 characters, without NUL
     * @param payload mapped to JSON by the {@link io.github.pgmb.spi.PayloadMapper}: a record, a class, a
     *     {@link jakarta.json.JsonValue}, a string, a number, a collection, or a map
     * @return the id of the event: 24 characters that sort by time
     * @throws PgmbException if topic or payload is not acceptable (nothing is sent to the database then), or if the
     *     database refuses or cannot be reached (the caller's transaction is then to be rolled back)
     */
    default String publish(String topic, Object payload) {
        return publish(List.of(NewEvent.of(topic, payload))).get(0);
    }

    /**
     * Publishes several events by one statement: all of them or none.
     *
     * @param events any number; none is allowed and does nothing
     * @return the ids, in the order of {@code events}
     * @throws PgmbException as for {@link #publish(String, Object)}; the message names the index of the event
     */
    List<String> publish(List<NewEvent> events);

    /** What this application's handlers have failed on for good; always the same object. */
    DeadLetters deadLetters();

    /**
     * Starts the delivery to this application's handlers, where {@code pgmb.start=manual} has kept it from starting by
     * itself. Returns at once; does nothing if it has been started.
     */
    void start();
}
