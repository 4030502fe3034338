package io.github.pgmb.it.faults;

import static io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging.AFTER_RETURN;
import static io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging.IN_TRANSACTION;
import static io.github.pgmb.internal.engine.HandlerDefinition.Unit.BATCH;
import static io.github.pgmb.internal.engine.HandlerDefinition.Unit.EVENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.faults.Rig.Options;
import io.github.pgmb.it.faults.node.HandlerSpec;
import io.github.pgmb.test.postgres.Eventually;
import io.github.pgmb.test.postgres.LongForm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The owner of all groups is killed or frozen in the middle of its work; the other node takes over, and alone goes on. */
@Order(5)
class OwnerIT {

    private static final int KILLS = LongForm.or(3, 100);
    private static final int FREEZES = LongForm.or(1, 20);
    private static final Duration LEASE = Duration.ofSeconds(LongForm.or(2, 10));
    private static final Duration FROZEN = Duration.ofSeconds(LongForm.or(5, 30));
    private static final Duration LIMIT = LEASE.plusSeconds(2);
    /** For what a thawed process should not do to show itself. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(1);

    private static final Options OPTIONS = new Options(
            "owner",
            LEASE,
            1,
            5,
            Duration.ofMillis(100),
            10,
            List.of(
                    HandlerSpec.of("each", EVENT, IN_TRANSACTION).working(Duration.ofMillis(8)),
                    HandlerSpec.of("batches", BATCH, IN_TRANSACTION).working(Duration.ofMillis(20)),
                    HandlerSpec.of("after", BATCH, AFTER_RETURN).working(Duration.ofMillis(20)),
                    HandlerSpec.of("flaky", EVENT, IN_TRANSACTION)
                            .working(Duration.ofMillis(5))
                            .failing(10)));

    @Test
    void theOtherNodeTakesOverInTime() throws Exception {
        Rig.run(OPTIONS, rig -> {
            rig.start();
            var takeovers = new ArrayList<Long>();
            for (var kill = 0; kill < KILLS; kill++) {
                var owner = working(rig);
                var since = now(rig);
                rig.faults().kill(owner);
                takeovers.add(takenOver(rig, owner, since));
                owner.start();
                awaitJoined(rig, owner);
            }
            check(rig);
            print("killed", takeovers);
        });
    }

    @Test
    void aFrozenOwnerWritesNothingAfterwards() throws Exception {
        Rig.run(OPTIONS, rig -> {
            rig.start();
            try (var watch = new Watch(rig.database())) {
                var takeovers = new ArrayList<Long>();
                for (var freeze = 0; freeze < FREEZES; freeze++) {
                    var owner = working(rig);
                    var since = now(rig);
                    rig.faults().freeze(owner, FROZEN);
                    takeovers.add(takenOver(rig, owner, since));
                    rig.faults().awaitHealed();
                    Thread.sleep(AFTERWARDS.toMillis());
                    assertThat(writtenAfterTakeover(rig, owner, since))
                            .as("stale writes")
                            .isEmpty();
                }
                var checker = check(rig);
                checker.acknowledgedIsNotDelivered(watch);
                assertThat(checker.findingsSoFar()).isEmpty();
                print("frozen", takeovers);
            }
        });
    }

    /** The node that owns everything, while its handlers are at work. */
    private static Node working(Rig rig) throws InterruptedException {
        rig.awaitOwned();
        Thread.sleep(rig.chance()
                .between(Duration.ofMillis(200), Duration.ofSeconds(1))
                .toMillis());
        return rig.owner();
    }

    private static String now(Rig rig) {
        return rig.database().value("select clock_timestamp()");
    }

    private static void awaitJoined(Rig rig, Node node) {
        Eventually.eventually(() ->
                assertThat(rig.database().list("select node from pgmb.nodes")).anyMatch(node::isNamed));
    }

    /** How long it took until the last group had changed hands, in ms. */
    private static long takenOver(Rig rig, Node from, String since) {
        var mine = from.pid() + "-%";
        Eventually.eventually(() -> assertThat(rig.database()
                        .list("select group_no from pgmb.group_owner where node like ? or node is null", mine))
                .isEmpty());
        return Long.parseLong(rig.database().value("""
                select coalesce(ceil(extract(epoch from max(taken_at) - ?::timestamptz) * 1000), 0)::bigint
                from pgmb.group_owner where taken_at > ?::timestamptz""", since, since));
    }

    private static List<String> writtenAfterTakeover(Rig rig, Node frozen, String since) {
        return rig.database().list("""
                select handler || ' ' || event_id from faults.effects f
                where node = ? and pg_xact_commit_timestamp(f.xmin) > (
                  select min(taken_at) from pgmb.group_owner where taken_at > ?::timestamptz
                )""", frozen.pid(), since);
    }

    private static Checker check(Rig rig) throws Exception {
        rig.quiet();
        rig.awaitDrained();
        rig.stop();
        var checker = new Checker(rig, rig.ledgers());
        assertThat(checker.findings()).isEmpty();
        return checker;
    }

    private static void print(String what, List<Long> takeovers) {
        var sorted = takeovers.stream().sorted().toList();
        var longest = sorted.get(sorted.size() - 1);
        System.out.printf(
                "== owner %s %d times, lease %d ms: takeover after %d ms (median), %d ms (longest)%n",
                what, sorted.size(), LEASE.toMillis(), sorted.get(sorted.size() / 2), longest);
        assertThat(longest).isLessThanOrEqualTo(LIMIT.toMillis());
    }
}
