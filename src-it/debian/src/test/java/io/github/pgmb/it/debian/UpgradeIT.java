package io.github.pgmb.it.debian;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.FreePort;
import io.github.pgmb.test.postgres.PostgresServer;
import io.github.pgmb.test.postgres.SqlClient;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code pg_upgrade} keeps transaction ids and gives the cluster a new identity. */
class UpgradeIT {

    @TempDir
    Path folder;

    @Test
    void goesOnAsIfNothingHadHappened() {
        var oldData = folder.resolve("old");
        var newData = folder.resolve("new");
        String identity;
        String era;
        try (var old = Programs.server().dataDirectory(oldData).start()) {
            var shop = Shop.create(old, folder);
            shop.subscribe("desk");
            shop.publish(1, 5);
            shop.tick();
            assertThat(shop.consume("desk")).isEqualTo(Shop.numbers(1, 5));
            shop.publish(6, 10);
            shop.tick();
            shop.publish(11, 15);
            identity = identity(old);
            era = era(shop);
        }
        Programs.server().dataDirectory(newData).start().close();
        upgrade(oldData, newData);
        try (var upgraded = Programs.server().dataDirectory(newData).start()) {
            var shop = Shop.on(upgraded);
            assertThat(identity(upgraded)).isNotEqualTo(identity);
            shop.publish(16, 20);
            shop.tick();
            assertThat(shop.consume("desk")).isEqualTo(Shop.numbers(6, 20));
            assertThat(era(shop)).isEqualTo(era);
            shop.sql().execute("call pgmb.maintain_events_table(now() + interval '3 days')");
            shop.publish(21, 21);
            shop.tick();
            assertThat(shop.consume("desk")).isEqualTo(Shop.numbers(21, 21));
        }
    }

    private static String identity(PostgresServer server) {
        return new SqlClient(server.superuser()).value("select system_identifier from pg_control_system()");
    }

    private static String era(Shop shop) {
        return shop.sql().value("select max(era) from pgmb.ticks");
    }

    private void upgrade(Path oldData, Path newData) {
        Programs.run(
                folder,
                "pg_upgrade",
                "--old-bindir=" + Programs.BIN,
                "--new-bindir=" + Programs.BIN,
                "--old-datadir=" + oldData,
                "--new-datadir=" + newData,
                "--old-port=" + FreePort.find(),
                "--new-port=" + FreePort.find(),
                "--username=" + PostgresServer.SUPERUSER);
    }
}
