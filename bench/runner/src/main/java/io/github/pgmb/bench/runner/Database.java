package io.github.pgmb.bench.runner;

import io.github.pgmb.test.postgres.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** The database that stores the events of a run: of an own PostgreSQL, or an existing one. */
final class Database implements AutoCloseable {

    private static final String NAME = "bench";

    private final String url;
    private final String user;
    private final String password;
    private final Optional<PostgresServer> own;

    private Database(String url, String user, String password, Optional<PostgresServer> own) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.own = own;
    }

    /** Settings as initdb leaves them, except that functions are timed. */
    static Database own(Path dataDirectory) {
        var server = PostgresServer.builder()
                .dataDirectory(dataDirectory)
                .setting("track_functions", "all")
                .start();
        try (var connection = server.superuser().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("drop database if exists bench with (force)");
            statement.execute("drop role if exists bench");
            statement.execute("create role bench login");
            statement.execute("create database bench owner bench");
        } catch (SQLException e) {
            throw new BenchException("The database could not be created: " + e.getMessage(), e);
        }
        return new Database(server.jdbcUrl(NAME, NAME), NAME, NAME, Optional.of(server)).prepared();
    }

    static Database existing(String url) {
        var parts = Optional.ofNullable(Driver.parseURL(url, null)).orElseGet(Properties::new);
        return new Database(
                        url,
                        parts.getProperty(PGProperty.USER.getName(), NAME),
                        parts.getProperty(PGProperty.PASSWORD.getName(), NAME),
                        Optional.empty())
                .prepared();
    }

    private Database prepared() {
        execute("drop table if exists bench_bare");
        execute("create table bench_bare (id bigserial, topic text, payload jsonb)");
        return this;
    }

    String url() {
        return url;
    }

    String user() {
        return user;
    }

    String password() {
        return password;
    }

    /** As the application's configuration reads it. */
    Map<String, String> environment() {
        return Map.of("BENCH_DATABASE_URL", url, "BENCH_DATABASE_USER", user, "BENCH_DATABASE_PASSWORD", password);
    }

    /** The process id, or zero if the server is not ours. */
    long postmaster() {
        return own.map(PostgresServer::postmasterPid).orElse(0L);
    }

    String where() {
        return own.isPresent() ? "own, on the same machine" : "existing";
    }

    /** For connections that are made from now on. */
    void synchronousCommit(String mode) {
        execute("do $$ begin execute format('alter role %%I in database %%I set synchronous_commit = %s',"
                        .formatted(mode)
                + " current_user, current_database()); end $$");
    }

    /** Rounds are to be alike: none finds the rows of another, or pays for writing them out. */
    void beforeRound() {
        execute("truncate bench_bare");
        execute("truncate pgmb.events");
        own.ifPresent(server -> {
            try (var connection = server.superuser().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("checkpoint");
            } catch (SQLException e) {
                throw new BenchException("No checkpoint: " + e.getMessage(), e);
            }
        });
    }

    /** Handlers of the group id that have an owner. */
    long ownedGroups(String groupId) {
        return Long.parseLong(
                ask("select count(*) from pgmb.group_owner o join pgmb.subscription_groups g on g.no = o.group_no"
                        + " join pgmb.nodes n on n.node = o.node where g.id like '" + groupId + ":%'"));
    }

    /** What functions of the schema have cost so far, by name; empty where they are not timed. */
    Map<String, FunctionTime> functions() {
        var functions = new TreeMap<String, FunctionTime>();
        try (var connection = connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(
                        "select funcname, sum(calls)::bigint, sum(total_time), sum(self_time) from pg_stat_user_functions"
                                + " where schemaname = 'pgmb' group by funcname")) {
            while (row.next()) {
                functions.put(row.getString(1), new FunctionTime(row.getLong(2), row.getDouble(3), row.getDouble(4)));
            }
        } catch (SQLException e) {
            throw new BenchException("No statistics: " + e.getMessage(), e);
        }
        return functions;
    }

    String setting(String name) {
        return ask("select current_setting('" + name + "')");
    }

    /** The one value that a query gives, as text. */
    String ask(String query) {
        try (var connection = connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new BenchException(query + ": " + e.getMessage(), e);
        }
    }

    private void execute(String sql) {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new BenchException(sql + ": " + e.getMessage(), e);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }

    @Override
    public void close() {
        own.ifPresent(PostgresServer::close);
    }
}
