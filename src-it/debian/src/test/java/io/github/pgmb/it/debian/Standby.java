package io.github.pgmb.it.debian;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.Eventually;
import io.github.pgmb.test.postgres.PostgresServer;
import io.github.pgmb.test.postgres.SqlClient;
import java.nio.file.Path;
import java.util.List;

/** A copy of a server that follows it, until it is promoted. */
final class Standby {

    private static final String NAME = "standby";

    private Standby() {}

    /** @param synchronous whether the primary's commits wait for it from now on */
    static PostgresServer of(PostgresServer primary, Path folder, boolean synchronous) {
        var data = folder.resolve(NAME);
        Programs.run(
                folder,
                "pg_basebackup",
                "--pgdata=" + data,
                "--checkpoint=fast",
                "--no-sync",
                "--write-recovery-conf",
                "--dbname=host=127.0.0.1 user=postgres port=" + primary.port() + " application_name=" + NAME);
        var standby = Programs.server().dataDirectory(data).start();
        var superuser = new SqlClient(primary.superuser());
        Eventually.eventually(() -> assertThat(states(superuser)).containsExactly("streaming async"));
        if (synchronous) {
            superuser.execute("alter system set synchronous_standby_names = '" + NAME + "'");
            superuser.execute("select pg_reload_conf()");
            Eventually.eventually(() -> assertThat(states(superuser)).containsExactly("streaming sync"));
        }
        return standby;
    }

    /** What the primary commits from now on is lost with it. */
    static void stopFollowing(PostgresServer standby, PostgresServer primary) {
        var superuser = new SqlClient(standby.superuser());
        superuser.execute("alter system set primary_conninfo = ''");
        superuser.execute("select pg_reload_conf()");
        Eventually.eventually(
                () -> assertThat(states(new SqlClient(primary.superuser()))).isEmpty());
    }

    private static List<String> states(SqlClient primary) {
        return primary.list("select state || ' ' || sync_state from pg_stat_replication");
    }

    static void promote(PostgresServer standby) {
        new SqlClient(standby.superuser()).value("select pg_promote()");
    }
}
