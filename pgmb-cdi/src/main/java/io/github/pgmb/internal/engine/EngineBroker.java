package io.github.pgmb.internal.engine;

import io.github.pgmb.NewEvent;
import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.db.Database;
import io.github.pgmb.internal.db.EventLog;
import io.github.pgmb.internal.db.EventLog.Entry;
import io.github.pgmb.internal.db.Schema;
import io.github.pgmb.spi.DataSourceProvider;
import io.github.pgmb.spi.PayloadMapper;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Publishes: checks and maps events, stores them in the caller's transaction, and announces them after its commit. Thread-safe. */
public final class EngineBroker {

    private static final int LONGEST_TOPIC = 255;

    private final EventLog log;
    private final PayloadMapper mapper;
    private final Transactions transactions;
    private final Runnable publishedSignal;
    private final Schema schema;
    private volatile boolean schemaUsable;

    public EngineBroker(
            DataSourceProvider dataSource, PayloadMapper mapper, Transactions transactions, Runnable publishedSignal) {
        var database = new Database(dataSource);
        this.log = new EventLog(database);
        this.schema = new Schema(database);
        this.mapper = mapper;
        this.transactions = transactions;
        this.publishedSignal = publishedSignal;
    }

    /** The contract is that of {@link io.github.pgmb.Broker#publish(List)}. */
    public List<String> publish(List<NewEvent> events) {
        if (events.isEmpty()) {
            return List.of();
        }
        var entries = new ArrayList<Entry>(events.size());
        for (var event : events) {
            entries.add(entry(event, entries.size()));
        }
        try {
            requireSchema();
            var ids = log.publish(entries);
            transactions.afterCommit(publishedSignal);
            return ids;
        } catch (SQLException e) {
            throw new PgmbException("PGMB-0104: the events were not published: " + e.getMessage(), e);
        }
    }

    /** Else events could end in the tables of something else that calls its schema pgmb. */
    private void requireSchema() throws SQLException {
        if (!schemaUsable) {
            schema.requireUsable();
            schemaUsable = true;
        }
    }

    private Entry entry(NewEvent event, int index) {
        requireTopic(event.topic(), index);
        requireUnreserved(event.topic(), index);
        var metadata = event.metadata();
        return new Entry(
                event.topic(),
                requireStorable(json(event, index), "payload", index),
                metadata == null ? null : requireStorable(metadata.toString(), "metadata", index));
    }

    private static void requireTopic(String topic, int index) {
        if (topic.isEmpty() || topic.codePointCount(0, topic.length()) > LONGEST_TOPIC || topic.indexOf('\0') >= 0) {
            throw new PgmbException("PGMB-0101: the topic of event " + index + " has "
                    + topic.codePointCount(0, topic.length()) + " characters (" + abbreviated(topic)
                    + "); accepted are 1 to " + LONGEST_TOPIC + " without NUL");
        }
    }

    private static void requireUnreserved(String topic, int index) {
        if (topic.equals(RequestedRetry.TOPIC)) {
            throw new PgmbException("PGMB-0105: the topic of event " + index + " is " + topic
                    + ", by which clients ask for retries; accepted is any other");
        }
    }

    private String json(NewEvent event, int index) {
        try {
            return mapper.toJson(event.payload());
        } catch (RuntimeException e) {
            throw new PgmbException(
                    "PGMB-0102: the payload of event " + index + " (topic " + event.topic() + "), a "
                            + event.payload().getClass().getName() + ", cannot be mapped to JSON: " + e.getMessage(),
                    e);
        }
    }

    /** PostgreSQL's text, and so its jsonb, has no NUL; its own message would not say which event it was. */
    private static String requireStorable(String json, String part, int index) {
        if (json.indexOf('\0') >= 0 || containsEscapedNul(json)) {
            throw new PgmbException("PGMB-0103: the " + part + " of event " + index
                    + " contains the character NUL, which PostgreSQL cannot store");
        }
        return json;
    }

    private static boolean containsEscapedNul(String json) {
        for (var at = json.indexOf("\\u0000"); at >= 0; at = json.indexOf("\\u0000", at + 1)) {
            var backslashes = 0;
            while (at - backslashes > 0 && json.charAt(at - backslashes - 1) == '\\') {
                backslashes++;
            }
            if (backslashes % 2 == 0) {
                return true;
            }
        }
        return false;
    }

    private static String abbreviated(String topic) {
        return topic.replace('\0', '?').substring(0, Math.min(topic.length(), 40));
    }
}
