package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.sql.Pgmb.Ownership;
import io.github.pgmb.test.postgres.LongForm;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * All interleavings of all short programs of two sessions, each step in a transaction of its own or in one that goes on: I1, I2
 * and I5. A step that waits for the other session goes on when that lets it.
 */
class InterleavingsTest {
    private static final int LONGEST_PROGRAM = LongForm.or(1, 2);
    /** Of 175,000 interleavings of two steps each, all would take hours. */
    private static final int ONE_OF = LongForm.or(1, 50);

    private static final int A_FEW = 100;
    /** With a subscription that is there at the beginning, one that is not, and two nodes whose leases have expired. */
    private static final String RESET = "delete from pgmb.subscription_groups; delete from pgmb.nodes;"
            + " delete from pgmb.events; delete from pgmb.subscription_events;"
            + " insert into pgmb.subscription_groups (id) values ('present'), ('absent');"
            + " insert into pgmb.subscriptions (group_id) values ('present');"
            + " select pgmb.register_node('a', '10 s'), pgmb.register_node('b', '10 s');"
            + " select pgmb.declare_handler('a', 'owned', 'TRUE', '{}'), pgmb.declare_handler('b', 'owned', 'TRUE', '{}')";
    // Whatever day it is, none is forgotten.
    private static final String EXPIRE = "update pgmb.nodes set renewed_at = 'infinity';"
            + " update pgmb.subscription_groups set declaration = 'of another one' where declaration is null";

    /** How long maintenance waits for a lock makes no difference here. */
    private static final String IMPATIENT = "do $$ declare f regprocedure; begin"
            + " for f in select oid from pg_proc where array_to_string(proconfig, ' ') like '%lock_timeout%' loop"
            + " execute format('alter function %s set lock_timeout = %L', f, '5ms'); end loop; end $$";

    private static final String SUBSCRIBE = "insert into pgmb.subscriptions (group_id) values ('present'), ('absent')"
            + " on conflict (identity) do update set last_active_at = now() returning id";
    private static final String UNSUBSCRIBE =
            "delete from pgmb.subscriptions where group_id in ('present', 'absent') returning id";
    /** The acknowledgement of somebody else was faster. */
    private static final String UNIQUE_VIOLATION = "23505";

    private static final String DEADLOCK = "40P01";

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb observer;
    private Lane[] lanes;
    private Ledger ledger;
    private Ownership owned;
    private Set<String> expectedFailures = Set.of();
    private int blocked;
    private final AtomicInteger day = new AtomicInteger();

    private enum Verb {
        PUBLISH,
        TICK,
        SUBSCRIBE,
        UNSUBSCRIBE,
        MAINTAIN,
        ADVANCE,
        TAKE_OVER
    }

    private enum Ending {
        EACH_BY_ITSELF,
        COMMIT,
        ROLLBACK
    }

    private record Program(List<Verb> verbs, Ending ending) {
        int steps() {
            return verbs.size() + (ending == Ending.EACH_BY_ITSELF ? 0 : 1);
        }

        /** It locks one thing after the other, and others may do so in another order: PostgreSQL ends their deadlocks. */
        boolean isLongTransaction() {
            return ending != Ending.EACH_BY_ITSELF && verbs.size() > 1;
        }
    }

    /** What a step means once it is committed: by a commit between two moments of the ledger. */
    private interface Effect {
        Effect NONE = (began, ended) -> {};

        void committed(long began, long ended);
    }

    @Test
    void nothingIsLostInventedOrTakenBack() throws Exception {
        int interleavings = 0;
        long seed = Seed.chosen();
        long number = Math.floorMod(seed, ONE_OF);
        List<Program> programs = programs();
        for (int a = 0; a < programs.size(); a++) {
            for (int b = a; b < programs.size(); b++) {
                for (List<Integer> order :
                        orders(programs.get(a).steps(), programs.get(b).steps())) {
                    if (number++ % ONE_OF != 0) {
                        continue;
                    }
                    if (interleavings % A_FEW == 0) {
                        reinstall();
                    }
                    interleave(List.of(programs.get(a), programs.get(b)), order);
                    interleavings++;
                }
            }
        }
        assertThat(interleavings).as("with seed %d", seed).isGreaterThan(900);
        assertThat(blocked).as("steps that waited for the other session").isGreaterThan(50);
    }

    private static List<Program> programs() {
        List<Program> programs = new ArrayList<>();
        for (List<Verb> verbs : sentences(LONGEST_PROGRAM)) {
            for (Ending ending : Ending.values()) {
                programs.add(new Program(verbs, ending));
            }
        }
        return programs;
    }

    /** All of that length and shorter. */
    private static List<List<Verb>> sentences(int length) {
        List<List<Verb>> sentences = new ArrayList<>();
        if (length == 0) {
            return sentences;
        }
        sentences.addAll(sentences(length - 1));
        for (Verb verb : Verb.values()) {
            sentences.add(List.of(verb));
        }
        for (List<Verb> shorter : sentences(length - 1)) {
            if (shorter.size() == length - 1) {
                for (Verb verb : Verb.values()) {
                    List<Verb> longer = new ArrayList<>(shorter);
                    longer.add(verb);
                    sentences.add(longer);
                }
            }
        }
        return sentences.stream().distinct().toList();
    }

    /** All orders of so many steps of session 0 and so many of session 1. */
    private static List<List<Integer>> orders(int first, int second) {
        if (first == 0 && second == 0) {
            return List.of(List.of());
        }
        List<List<Integer>> orders = new ArrayList<>();
        if (first > 0) {
            orders(first - 1, second).forEach(rest -> orders.add(prepended(0, rest)));
        }
        if (second > 0) {
            orders(first, second - 1).forEach(rest -> orders.add(prepended(1, rest)));
        }
        return orders;
    }

    private static List<Integer> prepended(int step, List<Integer> rest) {
        List<Integer> order = new ArrayList<>(List.of(step));
        order.addAll(rest);
        return order;
    }

    private void interleave(List<Program> programs, List<Integer> order) throws Exception {
        try {
            reset();
            expectedFailures = programs.stream().anyMatch(Program::isLongTransaction)
                    ? Set.of(UNIQUE_VIOLATION, DEADLOCK)
                    : Set.of(UNIQUE_VIOLATION);
            List<Actor> actors = List.of(
                    new Actor(lanes[0].session(), programs.get(0)), new Actor(lanes[1].session(), programs.get(1)));
            long position = 0;
            for (int who : order) {
                lanes[who].add(actors.get(who).next());
                settle();
                long moved = position();
                assertThat(moved).isGreaterThanOrEqualTo(position);
                position = moved;
            }
            while (lanes[0].isBusy() || lanes[1].isBusy()) {
                settle();
            }
            blocked += lanes[0].blocked() + lanes[1].blocked();
            observer.dispatch();
            ledger.check(received(), position());
        } catch (AssertionError | SQLException e) {
            throw new AssertionError(programs + " in the order " + order, e);
        }
    }

    private void settle() throws Exception {
        boolean progress = true;
        while (progress) {
            progress = false;
            for (Lane lane : lanes) {
                progress |= lane.settle(observer);
            }
        }
    }

    /** Else each maintenance would leave one more partition to be searched. */
    private void reinstall() throws SQLException {
        sessions.closeAll();
        observer = sessions.open();
        observer.reinstall();
        observer.run(IMPATIENT);
        lanes = new Lane[] {new Lane(sessions), new Lane(sessions)};
        day.set(0);
    }

    private void reset() throws SQLException {
        ledger = new Ledger();
        observer.run(RESET);
        owned = observer.takeOver("a").get(0);
        observer.run(EXPIRE);
        ledger.subscribed(observer.column("select id from pgmb.subscriptions"), ledger.now());
        ledger.published(observer.publish("before"), ledger.now());
        observer.dispatch();
        // So that a tick has something to do.
        ledger.published(observer.publish("waiting"), ledger.now());
    }

    private long position() throws SQLException {
        // A number of its own, so that snapshots of ticks list those of transactions that go on.
        observer.run("select pg_current_xact_id()");
        return observer.number("select pgmb.group_position(?)", owned.groupNo());
    }

    /** The events of each subscription. */
    private Map<String, List<String>> received() throws SQLException {
        Map<String, List<String>> received = new HashMap<>();
        for (List<String> row : observer.rows(
                "select s.id, e.id from pgmb.subscription_events d"
                        + " cross join lateral unnest(d.subscription_ids) s (id) cross join lateral unnest(d.event_ids) e (id)")) {
            received.computeIfAbsent(row.get(0), subscription -> new ArrayList<>())
                    .add(row.get(1));
        }
        return received;
    }

    /** A session on its way through a program. */
    private final class Actor {
        private final Pgmb session;
        private final Program program;
        private final List<Effect> pending = new ArrayList<>();
        private boolean failed;
        private int issued;

        Actor(Pgmb session, Program program) {
            this.session = session;
            this.program = program;
        }

        Lane.Step next() {
            int step = issued++;
            if (step == program.verbs().size()) {
                return this::end;
            }
            Verb verb = program.verbs().get(step);
            if (program.ending() == Ending.EACH_BY_ITSELF) {
                return () -> byItself(verb);
            }
            return () -> inTransaction(verb, step == 0);
        }

        private void byItself(Verb verb) throws SQLException {
            long began = ledger.now();
            attempt(verb).committed(began, ledger.now());
        }

        private void inTransaction(Verb verb, boolean first) throws SQLException {
            if (first) {
                session.begin();
            }
            if (!failed) {
                pending.add(attempt(verb));
            }
        }

        private void end() throws SQLException {
            if (failed || program.ending() == Ending.ROLLBACK) {
                session.rollback();
                return;
            }
            long began = ledger.now();
            session.commit();
            long ended = ledger.now();
            pending.forEach(effect -> effect.committed(began, ended));
        }

        private Effect attempt(Verb verb) throws SQLException {
            try {
                return execute(verb);
            } catch (SQLException e) {
                if (!expectedFailures.contains(e.getSQLState())) {
                    throw e;
                }
                failed = true;
                return Effect.NONE;
            }
        }

        private Effect execute(Verb verb) throws SQLException {
            return switch (verb) {
                case PUBLISH -> publish();
                case TICK -> tick();
                case SUBSCRIBE -> subscribe();
                case UNSUBSCRIBE -> unsubscribe();
                case MAINTAIN -> maintain();
                case ADVANCE -> advance();
                case TAKE_OVER -> takeOver();
            };
        }

        private Effect publish() throws SQLException {
            String event = session.publish("a");
            return (began, ended) -> ledger.published(event, began);
        }

        private Effect tick() throws SQLException {
            session.tick();
            return Effect.NONE;
        }

        private Effect subscribe() throws SQLException {
            List<String> subscriptions = session.column(SUBSCRIBE);
            return (began, ended) -> ledger.subscribed(subscriptions, ended);
        }

        private Effect unsubscribe() throws SQLException {
            List<String> subscriptions = session.column(UNSUBSCRIBE);
            return (began, ended) -> ledger.unsubscribed(subscriptions);
        }

        private Effect maintain() throws SQLException {
            session.maintain(session.text("select now() + ? * interval '1 day'", day.incrementAndGet()));
            return Effect.NONE;
        }

        private Effect advance() throws SQLException {
            return session.advance("a", owned, 0, 1) ? (began, ended) -> ledger.advanced(1) : Effect.NONE;
        }

        private Effect takeOver() throws SQLException {
            List<Ownership> taken = session.takeOver("b");
            return (began, ended) -> taken.forEach(ownership -> ledger.takenOver(ownership.position()));
        }
    }
}
