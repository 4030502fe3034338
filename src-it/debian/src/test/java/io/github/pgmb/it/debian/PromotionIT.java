package io.github.pgmb.it.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.test.postgres.FreePort;
import io.github.pgmb.test.postgres.LongForm;
import io.github.pgmb.test.postgres.PostgresServer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The primary dies under load, its standby takes its place. */
class PromotionIT {

    private static final String GROUP = "desk";

    @TempDir
    Path folder;

    static List<Boolean> synchronous() {
        return IntStream.range(0, LongForm.or(1, 5))
                .boxed()
                .flatMap(n -> List.of(true, false).stream())
                .toList();
    }

    @ParameterizedTest(name = "synchronous: {0}")
    @MethodSource("synchronous")
    void everythingInThePromotedLogIsDelivered(boolean synchronous) throws Exception {
        try (var primary = Programs.server().port(FreePort.find()).start()) {
            Shop.create(primary, folder).subscribe(GROUP);
            try (var standby = Standby.of(primary, folder, synchronous)) {
                var load = new Load(Shop.on(primary).url(), GROUP);
                try (load) {
                    load.awaitHandled(100);
                    Thread.sleep(ThreadLocalRandom.current().nextInt(300));
                    primary.kill();
                    Standby.promote(standby);
                    load.moveTo(Shop.on(standby).url());
                    load.awaitHandled(load.handled().size() + 200);
                }
                assertSound(standby, load, synchronous);
            }
        }
    }

    /** At the positions of what was lost, others stand by now. */
    @Test
    void whatWasReadAndLostIsNotAcknowledged() throws Exception {
        try (var primary = Programs.server().port(FreePort.find()).start()) {
            var old = Shop.create(primary, folder);
            old.subscribe(GROUP);
            old.publish(1, 3);
            old.tick();
            assertThat(old.read(GROUP)).hasSize(3);
            try (var standby = Standby.of(primary, folder, false)) {
                Standby.stopFollowing(standby, primary);
                old.publish(4, 6);
                old.tick();
                var lost = old.read(GROUP).get(5).split(" ", -1)[1];
                primary.kill();
                Standby.promote(standby);
                var shop = Shop.on(standby);
                shop.publish(7, 9);
                shop.tick();
                assertThatThrownBy(() -> shop.sql().value("select pgmb.set_group_cursor(?, ?, true)", GROUP, lost))
                        .rootCause()
                        .hasMessageContaining("is not of the present readership of this group");
                assertThat(shop.consume(GROUP)).containsExactly("1", "2", "3", "7", "8", "9");
            }
        }
    }

    private static void assertSound(PostgresServer promoted, Load load, boolean synchronous) {
        var shop = Shop.on(promoted);
        shop.tick();
        load.handleRest();
        var log = shop.sql().list("select topic from pgmb.events order by seq");
        assertThat(load.handled()).as("handled").containsAll(log);
        assertThat(assigned(shop)).as("assigned, each once").containsExactlyInAnyOrderElementsOf(log);
        assertThat(shop.sql()
                        .value("select position || ' of ' || head from pgmb.group_status where group_id = ?", GROUP))
                .isEqualTo(log.size() + " of " + log.size());
        if (synchronous) {
            assertThat(log).as("log").containsAll(load.published());
            assertThat(load.handledAgain())
                    .as("handled after it was acknowledged")
                    .isEmpty();
        }
    }

    private static List<String> assigned(Shop shop) {
        return shop.sql().list("""
                select e.topic from pgmb.subscription_events d cross join lateral unnest(d.event_ids) u (id)
                join pgmb.events e on e.id = u.id
                """);
    }
}
