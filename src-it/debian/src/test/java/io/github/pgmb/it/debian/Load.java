package io.github.pgmb.it.debian;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.Eventually;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A publisher and a consumer that ticks, each going on after errors, and what they know to have happened. */
final class Load implements AutoCloseable {

    private static final int BATCH = 3;

    private final String group;
    private final Collection<String> published = new ConcurrentLinkedQueue<>();
    private final Collection<String> handled = new ConcurrentLinkedQueue<>();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Collection<String> handledAgain = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads;
    private volatile String url;
    private volatile boolean ending;

    Load(String url, String group) {
        this.url = url;
        this.group = group;
        this.threads = List.of(new Thread(this::publish, "publisher"), new Thread(this::consume, "consumer"));
        threads.forEach(Thread::start);
    }

    /** Connections that are open break by themselves. */
    void moveTo(String otherUrl) {
        url = otherUrl;
    }

    /** What the database has confirmed. */
    Collection<String> published() {
        return published;
    }

    Collection<String> handled() {
        return handled;
    }

    /** What was handled after its acknowledgement was confirmed. */
    Collection<String> handledAgain() {
        return handledAgain;
    }

    void awaitHandled(int count) {
        Eventually.eventually(() -> assertThat(handled.size()).isGreaterThanOrEqualTo(count));
    }

    private interface Work {
        void on(Connection connection) throws SQLException;
    }

    private void untilItEnds(Work work) {
        while (!ending) {
            try (var connection = DriverManager.getConnection(url)) {
                while (!ending) {
                    work.on(connection);
                }
            } catch (SQLException e) {
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publish() {
        var next = new int[] {1};
        untilItEnds(connection -> {
            // Not again under the same name if it fails: whether it was committed is not known.
            var from = next[0];
            next[0] += BATCH;
            try (var insert = connection.prepareStatement(
                    "insert into pgmb.events (topic, payload) select n, '{}' from generate_series(?, ?) n")) {
                insert.setInt(1, from);
                insert.setInt(2, from + BATCH - 1);
                insert.execute();
            }
            published.addAll(Shop.numbers(from, from + BATCH - 1));
            pause();
        });
    }

    private void consume() {
        untilItEnds(this::handleNext);
    }

    private void handleNext(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("select from pgmb.tick()");
        }
        var topics = new ArrayList<String>();
        String cursor = null;
        try (var read = connection.prepareStatement("select topic, next_cursor from pgmb.read_next_events(?)")) {
            read.setString(1, group);
            try (var row = read.executeQuery()) {
                while (row.next()) {
                    topics.add(row.getString(1));
                    cursor = row.getString(2);
                }
            }
        }
        topics.stream().filter(acknowledged::contains).forEach(handledAgain::add);
        handled.addAll(topics);
        if (cursor != null) {
            acknowledge(connection, cursor);
            acknowledged.addAll(topics);
        }
    }

    private void acknowledge(Connection connection, String cursor) throws SQLException {
        try (var advance = connection.prepareStatement("select pgmb.set_group_cursor(?, ?, false)")) {
            advance.setString(1, group);
            advance.setString(2, cursor);
            advance.execute();
        }
    }

    /** After the end: what is assigned by now. */
    void handleRest() {
        try (var connection = DriverManager.getConnection(url)) {
            for (var before = -1; handled.size() > before; ) {
                before = handled.size();
                handleNext(connection);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        ending = true;
        for (var thread : threads) {
            thread.join();
        }
    }
}
