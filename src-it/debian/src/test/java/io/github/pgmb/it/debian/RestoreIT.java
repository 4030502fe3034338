package io.github.pgmb.it.debian;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.PostgresServer;
import io.github.pgmb.test.postgres.SqlClient;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A logical dump, restored into another cluster. */
class RestoreIT {

    @TempDir
    Path folder;

    /** The other one is billions of transactions behind: all that was stored about transactions lies in its future. */
    @Test
    void goesOnWhereTheDumpWasTaken() {
        var data = folder.resolve("old");
        Programs.server().dataDirectory(data).start().close();
        Programs.run(folder, "pg_resetwal", "--epoch=5", data.toString());
        try (var old = Programs.server().dataDirectory(data).start();
                var fresh = Programs.server().start()) {
            var shop = Shop.create(old, folder);
            shop.subscribe("ahead");
            shop.subscribe("behind");
            shop.publish(1, 10);
            shop.tick();
            assertThat(shop.consume("ahead")).isEqualTo(Shop.numbers(1, 10));
            shop.publish(11, 15);
            shop.tick();
            shop.publish(16, 20);

            var restored = restore(old, fresh);
            assertThat(xid(old)).isGreaterThan(xid(fresh) + (4L << 32));
            shop.publish(99, 99);
            restored.publish(21, 25);
            restored.tick();
            assertThat(restored.consume("ahead")).isEqualTo(Shop.numbers(11, 25));
            assertThat(restored.consume("behind")).isEqualTo(Shop.numbers(1, 25));
            restored.publish(26, 30);
            restored.tick();
            assertThat(restored.consume("ahead")).isEqualTo(Shop.numbers(26, 30));
            restored.sql().execute("call pgmb.maintain_in_steps(now() + interval '3 days')");
            restored.publish(31, 31);
            restored.tick();
            assertThat(restored.consume("behind")).isEqualTo(Shop.numbers(26, 31));
        }
    }

    private static long xid(PostgresServer server) {
        return Long.parseLong(new SqlClient(server.superuser()).value("select pg_current_xact_id()"));
    }

    /** Roles first: a dump of one database has none. */
    private Shop restore(PostgresServer old, PostgresServer fresh) {
        var superuser = "host=127.0.0.1 user=postgres port=";
        var roles = folder.resolve("roles.sql").toString();
        var dump = folder.resolve("shop.dump").toString();
        Programs.run(folder, "pg_dumpall", "--roles-only", "--file=" + roles, "--dbname=" + superuser + old.port());
        Programs.run(folder, "pg_dump", "--format=custom", "--file=" + dump, Shop.address(old, Shop.NAME));
        // without --set=ON_ERROR_STOP=1: the role postgres is there
        Programs.run(folder, "psql", "--no-psqlrc", "--quiet", "--file=" + roles, superuser + fresh.port());
        Programs.run(
                folder,
                "pg_restore",
                "--create",
                "--exit-on-error",
                "--dbname=" + superuser + fresh.port() + " dbname=postgres",
                dump);
        return Shop.on(fresh);
    }
}
