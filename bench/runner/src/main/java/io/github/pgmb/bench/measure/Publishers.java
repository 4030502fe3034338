package io.github.pgmb.bench.measure;

import io.github.pgmb.bench.load.Load;
import io.github.pgmb.bench.load.Pool;
import io.github.pgmb.bench.load.SampleOrder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.UnaryOperator;

/** Connections that publish, each batch by one statement in a transaction of its own; any thread takes any of them. */
public final class Publishers implements AutoCloseable {

    private static final String TOPIC = "bench.0";
    private static final Pool<String> TEXTS = Pool.of(SampleOrder::json);

    private final Store store;
    private final BlockingQueue<Publisher> idle;

    public Publishers(Store store, String table, int connections) throws SQLException {
        this.store = store;
        this.idle = new ArrayBlockingQueue<>(connections);
        for (var i = 0; i < connections; i++) {
            idle.add(new Publisher(store.connect(), table));
        }
    }

    /** As fast as it goes, until all is committed. */
    public static Cost publish(Store store, String table, int events, int batch, int connections) throws Exception {
        try (var publishers = new Publishers(store, table, connections)) {
            return publishers.run(new Load(events, batch, connections), Load.PUBLISHED);
        }
    }

    public Cost run(Load load, Load.Completion completion) throws Exception {
        return Cost.of(load.run(Thread::new, store.postmaster(), this::publish, completion));
    }

    private void publish(int first, int end) throws Exception {
        var publisher = idle.take();
        try {
            publisher.publish(TEXTS.batch(first, end, UnaryOperator.identity()).toArray(String[]::new));
        } finally {
            idle.add(publisher);
        }
    }

    @Override
    public void close() throws SQLException {
        for (var publisher : idle) {
            publisher.close();
        }
    }

    private record Publisher(Connection connection, PreparedStatement insert) implements AutoCloseable {

        /** The statement of the engine, for any table. */
        private static final String INSERT = """
                insert into %s (topic, payload)
                select e.topic, e.payload::jsonb
                from unnest(?::text[], ?::text[]) with ordinality e (topic, payload, n)
                order by e.n
                returning id
                """;

        Publisher(Connection connection, String table) throws SQLException {
            this(connection, connection.prepareStatement(INSERT.formatted(table)));
        }

        void publish(String[] payloads) throws SQLException {
            var topics = new String[payloads.length];
            Arrays.fill(topics, TOPIC);
            insert.setArray(1, connection.createArrayOf("text", topics));
            insert.setArray(2, connection.createArrayOf("text", payloads));
            try (var ids = insert.executeQuery()) {
                while (ids.next()) {
                    ids.getString(1);
                }
            }
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }
}
