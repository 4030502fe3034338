package io.github.pgmb.it.debian;

import io.github.pgmb.test.postgres.PostgresServer;
import io.github.pgmb.test.postgres.SqlClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.postgresql.ds.PGSimpleDataSource;

/** The database {@code shop}, owned by the role {@code shop}, which is no superuser; and the broker's verbs in it. */
final class Shop {

    static final String NAME = "shop";
    private static final Path SCRIPT = Path.of("..", "..", "sql", "pgmb.sql");

    private final String url;
    private final SqlClient owner;

    private Shop(String url) {
        this.url = url;
        this.owner = new SqlClient(source(url));
    }

    /** Makes role and database, and installs the schema. */
    static Shop create(PostgresServer server, Path folder) {
        var superuser = new SqlClient(server.superuser());
        superuser.execute("create role " + NAME + " login");
        superuser.execute("create database " + NAME + " owner " + NAME);
        Programs.run(
                folder,
                "psql",
                "--no-psqlrc",
                "--quiet",
                "--single-transaction",
                "--set=ON_ERROR_STOP=1",
                "--file=" + SCRIPT.toAbsolutePath().normalize(),
                address(server, NAME));
        return on(server);
    }

    /** All its connections are one reader. */
    static Shop on(PostgresServer server) {
        return new Shop(server.jdbcUrl(NAME, NAME) + "&options=-c%20pgmb.reader_id=" + NAME);
    }

    static Shop at(String url) {
        return new Shop(url);
    }

    /** For programs that are no Java. */
    static String address(PostgresServer server, String user) {
        return "host=127.0.0.1 port=" + server.port() + " dbname=" + NAME + " user=" + user;
    }

    private static PGSimpleDataSource source(String url) {
        var source = new PGSimpleDataSource();
        source.setUrl(url);
        return source;
    }

    String url() {
        return url;
    }

    SqlClient sql() {
        return owner;
    }

    void subscribe(String group) {
        owner.execute("insert into pgmb.subscription_groups (id) values (?) on conflict do nothing", group);
        owner.execute("insert into pgmb.subscriptions (group_id) values (?) on conflict do nothing", group);
    }

    void configure(String key, String value) {
        owner.execute("update pgmb.config set value = ? where id = ?::pgmb.config_type", value, key);
    }

    /** Events whose topics say their numbers. */
    void publish(int from, int to) {
        owner.execute("insert into pgmb.events (topic, payload) select n, '{}' from generate_series(?, ?) n", from, to);
    }

    /** Until nothing is left. */
    void tick() {
        while ("t".equals(owner.value("select more or busy from pgmb.tick()"))) {
            Thread.onSpinWait();
        }
    }

    /** Reads and acknowledges until nothing is left; returns the topics. */
    List<String> consume(String group) {
        var topics = new ArrayList<String>();
        for (var read = read(group); !read.isEmpty(); read = read(group)) {
            topics.addAll(read.stream().map(row -> row.split(" ", -1)[0]).toList());
            var cursor = read.get(0).split(" ", -1)[1];
            owner.execute("select pgmb.set_group_cursor(?, ?, true)", group, cursor);
        }
        return topics;
    }

    /** Topic and cursor of each. */
    List<String> read(String group) {
        return owner.list("select topic || ' ' || next_cursor from pgmb.read_next_events(?)", group);
    }

    static List<String> numbers(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
    }
}
