package io.github.pgmb.it.debian;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.Eventually;
import io.github.pgmb.test.postgres.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Behind pgbouncer, pool_mode = transaction: all clients share one connection of the server, so that whatever sticks to it shows. */
class PoolerIT {

    @TempDir
    static Path folder;

    private static PostgresServer server;
    private static Pool pool;
    private static Shop shop;

    private final List<Connection> clients = new ArrayList<>();
    private List<String> before;

    @BeforeAll
    static void start() {
        server = Programs.server().start();
        Shop.create(server, folder);
        pool = Pool.start(server, folder, 1);
        shop = Shop.at(pool.url());
    }

    @AfterAll
    static void stop() throws InterruptedException {
        pool.close();
        server.close();
    }

    @BeforeEach
    void look() {
        before = whatSticks();
    }

    @AfterEach
    void nothingSticks() throws SQLException {
        assertThat(whatSticks()).isEqualTo(before);
        for (var client : clients) {
            client.close();
        }
    }

    /** On the one connection of the server: what a session can keep from one transaction to the next. */
    private static List<String> whatSticks() {
        return shop.sql().list("""
                select 'backend ' || pg_backend_pid()
                union all select name || ' = ' || setting from pg_settings
                  -- Each transaction begins with an isolation of its own, whoever has set one before.
                  where source = 'session' and name <> 'transaction_isolation'
                union all select 'reader ' || current_setting('pgmb.reader_id', true) where current_setting('pgmb.reader_id', true) <> ''
                union all select 'lock ' || l.mode from pg_locks l where l.pid = pg_backend_pid() and l.locktype = 'advisory'
                union all select 'prepared ' || statement from pg_prepared_statements where name <> ''
                union all select 'listens ' || pg_listening_channels()
                union all select 'temporary ' || relname from pg_class where relpersistence = 't'
                order by 1
                """);
    }

    private Connection client() throws SQLException {
        var client = DriverManager.getConnection(pool.url());
        clients.add(client);
        return client;
    }

    private static List<String> query(Connection client, String sql, Object... arguments) throws SQLException {
        try (var statement = client.prepareStatement(sql)) {
            for (var i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            var values = new ArrayList<String>();
            try (var row = statement.executeQuery()) {
                while (row.next()) {
                    values.add(row.getString(1));
                }
            }
            return values;
        }
    }

    /** In one transaction, of a client that says who it is. */
    private static List<String> as(Connection client, String reader, String sql, Object... arguments)
            throws SQLException {
        client.setAutoCommit(false);
        query(client, "select set_config('pgmb.reader_id', ?, true)", reader);
        query(client, "select set_config('pgmb.reader_lease', '1 s', true)");
        var values = query(client, sql, arguments);
        client.commit();
        client.setAutoCommit(true);
        return values;
    }

    private static final String READ = "select topic from pgmb.read_next_events(?, ?)";
    private static final String CURSOR = "select distinct next_cursor from pgmb.read_next_events(?)";

    @Test
    void readersThatSayWhoTheyAreExcludeEachOther() throws SQLException {
        var one = client();
        var other = client();
        shop.subscribe("readers");
        shop.publish(1, 4);
        shop.tick();
        var cursor = as(one, "one", CURSOR, "readers").get(0);
        assertThat(as(other, "other", READ, "readers", null)).isEmpty();
        query(other, "select pgmb.poll_for_events()");
        as(one, "one", "select pgmb.set_group_cursor(?, ?, false)", "readers", cursor);
        shop.publish(5, 6);
        shop.tick();
        assertThat(as(one, "one", READ, "readers", cursor)).containsExactly("5", "6");
        // One has vanished without acknowledging.
        Eventually.eventually(
                () -> assertThat(as(other, "other", READ, "readers", null)).containsExactly("5", "6"));
        as(other, "other", "select pgmb.release_group_lock(?)", "readers");
    }

    @Test
    void nodesOwnAdvanceAndTakeOver() throws SQLException {
        var node1 = client();
        var node2 = client();
        for (var node : List.of("n1", "n2")) {
            query(node1, "select pgmb.register_node(?, interval '1 s')", node);
            query(node1, "select pgmb.declare_handler(?, 'nodes', 'TRUE', '{}')", node);
        }
        var take = "select group_no || ' ' || epoch from pgmb.take_over(?, '{}')";
        var owned = query(node1, take, "n1").get(0).split(" ", -1);
        var group = Long.parseLong(owned[0]);
        var epoch = Long.parseLong(owned[1]);
        assertThat(query(node2, take, "n2")).isEmpty();
        shop.publish(1, 3);
        shop.tick();
        var read = "select topic from pgmb.read_group(?, ?, ?, ?, 10)";
        assertThat(query(node1, read, "n1", group, epoch, 0L)).containsExactly("1", "2", "3");
        var advance = "select pgmb.advance(?, ?, ?, ?, ?)";
        node1.setAutoCommit(false);
        assertThat(query(node1, advance, "n1", group, epoch, 0L, 2L)).containsExactly("t");
        node1.commit();
        node1.setAutoCommit(true);

        Eventually.eventually(() -> {
            query(node2, "select pgmb.renew_lease('n2')");
            assertThat(query(node2, take, "n2")).containsExactly(group + " " + (epoch + 1));
        });
        assertThat(query(node1, advance, "n1", group, epoch, 2L, 3L)).containsExactly("f");
        assertThat(query(node2, read, "n2", group, epoch + 1, 2L)).containsExactly("3");
        assertThat(query(node2, advance, "n2", group, epoch + 1, 2L, 3L)).containsExactly("t");
        query(node2, "select pgmb.hand_over('n2', ?, ?)", group, epoch + 1);
    }

    @Test
    void maintainsAndMatchesConditions() throws SQLException {
        var one = client();
        var partitions = "select count(*)::text from pgmb.partitions('pgmb.events')";
        var few = Integer.parseInt(query(one, partitions).get(0));
        shop.sql().execute("call pgmb.maintain_in_steps(now() + interval '3 days')");
        assertThat(Integer.parseInt(query(one, partitions).get(0))).isGreaterThan(few);
        shop.sql().execute("insert into pgmb.subscription_groups (id) values ('even')");
        shop.sql()
                .execute(
                        "insert into pgmb.subscriptions (group_id, conditions_sql) values ('even', 'e.topic::int % 2 = 0')");
        shop.publish(1, 6);
        shop.tick();
        assertThat(as(one, "even", READ, "even", null)).containsExactly("2", "4", "6");
    }

    @Test
    void nodesOfApplicationsHandleAndHandOver() {
        try (var first = PooledNode.start(pool)) {
            Eventually.eventually(() -> assertThat(first.owns()).isTrue());
            handOver(first);
        }
    }

    private static void handOver(PooledNode first) {
        try (var second = PooledNode.start(pool)) {
            second.publish(1, 500);
            Eventually.eventually(() -> assertThat(first.handled()).isEqualTo(Shop.numbers(1, 500)));
            first.close();
            Eventually.eventually(() -> assertThat(second.owns()).isTrue());
            second.publish(501, 600);
            Eventually.eventually(() -> assertThat(second.handled()).isEqualTo(Shop.numbers(501, 600)));
        }
    }
}
