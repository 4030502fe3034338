package io.github.pgmb.bench.app;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;

/** What any way of storing events costs at least: the same payloads, by the same statement, into a table without anything. */
@ApplicationScoped
public class BareTable {

    private static final String TOPIC = "bench.record";
    private static final String INSERT = """
            insert into bench_bare (topic, payload)
            select e.topic, e.payload::jsonb
            from unnest(?::text[], ?::text[]) with ordinality e (topic, payload, n)
            order by e.n
            returning id
            """;

    @Resource(lookup = BenchApplication.POOL)
    DataSource pool;

    void insert(List<String> payloads) throws SQLException {
        var topics = new String[payloads.size()];
        Arrays.fill(topics, TOPIC);
        try (var connection = pool.getConnection();
                var insert = connection.prepareStatement(INSERT)) {
            insert.setArray(1, connection.createArrayOf("text", topics));
            insert.setArray(2, connection.createArrayOf("text", payloads.toArray()));
            try (var ids = insert.executeQuery()) {
                while (ids.next()) {
                    ids.getLong(1);
                }
            }
        }
    }
}
