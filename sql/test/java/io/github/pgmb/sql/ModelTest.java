package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Random programs of two sessions, step by step beside a model: I1, I2 and the order of I4, and no event before its time. */
class ModelTest {
    private static final int PROGRAMS = 50;
    private static final int STEPS = 40;
    private static final List<String> CONDITIONS = List.of(Pgmb.ALL, "e.topic like 'a%'", Pgmb.TOPICAL);

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private final List<String> program = new ArrayList<>();
    private final Pgmb[] session = new Pgmb[3];
    /** Whether a session may hold the dispatcher until its transaction ends. */
    private final boolean[] ticked = new boolean[2];

    private Model model;
    private Random random;
    private int programNo;
    private int day;
    /** By the clock of ticks, which is no other one's, and set at random. */
    private int minute;

    @BeforeEach
    void open() throws SQLException {
        session[0] = sessions.open();
        session[1] = sessions.open();
        session[2] = sessions.open();
        session[2].stopClockAt(at(0));
        session[0].configure("poll_chunk_size", "3");
        for (String condition : CONDITIONS) {
            // Else the first use in an open transaction would make the other session wait for its end.
            session[0].run("select pgmb.create_condition(?)", condition);
        }
    }

    @Test
    void theBrokerDoesWhatTheModelSays() throws SQLException {
        long seed = Seed.chosen();
        random = new Random(seed);
        for (programNo = 0; programNo < PROGRAMS; programNo++) {
            model = new Model();
            program.clear();
            for (int step = 0; step < STEPS; step++) {
                step(random.nextInt(2));
            }
            end();
            for (String group : groups()) {
                assertThat(session[0].receivedIds(group))
                        .as("seed %d, group %s after %s", seed, group, program)
                        .isEqualTo(model.received.getOrDefault(group, List.of()));
            }
            session[0].run("delete from pgmb.subscription_groups");
        }
    }

    private void step(int who) throws SQLException {
        switch (random.nextInt(18)) {
            case 0, 1, 2, 3 -> publish(who);
            case 4 -> begin(who);
            case 5 -> commitOrRollback(who, random.nextInt(3) > 0);
            case 6 -> savepoint(who);
            case 7, 8 -> subscribeOrNot(who);
            case 9 -> maintain();
            case 10, 11, 12 -> schedule(who);
            case 13 -> setClock(minute + random.nextInt(-3, 8));
            case 14 -> cancel(who);
            default -> tick(who);
        }
    }

    private void publish(int who) throws SQLException {
        log(who, "publish");
        model.publish(who, session[who].publish("a"));
    }

    /** In an order that is not that of the ids. */
    private void schedule(int who) throws SQLException {
        int due = minute + random.nextInt(-5, 10);
        log(who, "schedule for minute " + due);
        model.publish(
                who,
                session[who].text(
                        "insert into pgmb.events (id, topic, payload) values"
                                + " (pgmb.create_event_id(?::timestamptz, 68719476735 - nextval('pgmb.id_suffix')), 'a', '{}')"
                                + " returning id",
                        at(due)));
    }

    private void setClock(int time) throws SQLException {
        minute = time;
        program.add("minute " + minute);
        session[2].run("update public.stopped_clock set ts = ?::timestamptz", at(minute));
    }

    private static String at(int minute) {
        return Instant.parse("2100-01-01T00:00:00Z")
                .plus(Duration.ofMinutes(minute))
                .toString();
    }

    /** Unless it would wait for the other session's tick. */
    private void cancel(int who) throws SQLException {
        List<String> scheduled = model.scheduled(who);
        if (!scheduled.isEmpty() && !ticked[1 - who]) {
            String id = scheduled.get(random.nextInt(scheduled.size()));
            log(who, "cancel " + id);
            session[who].run("delete from pgmb.scheduled_events where id = ?", id);
            model.cancel(who, id);
        }
    }

    private void begin(int who) throws SQLException {
        if (!model.isInTransaction(who)) {
            log(who, "begin");
            session[who].begin();
            model.begin(who);
        }
    }

    private void commitOrRollback(int who, boolean commit) throws SQLException {
        if (!model.isInTransaction(who)) {
            return;
        }
        log(who, commit ? "commit" : "rollback");
        if (commit) {
            session[who].commit();
            model.commit(who);
        } else {
            session[who].rollback();
            model.rollback(who);
        }
        ticked[who] = false;
    }

    /** Around a publish: released or rolled back. */
    private void savepoint(int who) throws SQLException {
        if (!model.isInTransaction(who)) {
            return;
        }
        boolean keep = random.nextBoolean();
        log(who, keep ? "savepoint, publish, release" : "savepoint, publish, rollback to it");
        session[who].run("savepoint s");
        model.savepoint(who);
        model.publish(who, session[who].publish("a"));
        session[who].run(keep ? "release s" : "rollback to s");
        if (!keep) {
            model.rollbackToSavepoint(who);
        }
    }

    /** Each session has groups of its own, so that no step waits for the other session. */
    private void subscribeOrNot(int who) throws SQLException {
        int n = random.nextInt(CONDITIONS.size());
        String group = group(who, n);
        if (random.nextInt(3) > 0) {
            log(who, "subscribe " + group);
            session[who].subscribe(group, CONDITIONS.get(n), "{\"topics\": [\"a\"]}");
            // Else maintenance, days later, would delete it with what it received.
            session[who].run("update pgmb.subscription_groups set declaration = 'of another one' where id = ?", group);
            model.subscribe(who, group);
        } else {
            log(who, "unsubscribe " + group);
            session[who].run("delete from pgmb.subscriptions where group_id = ?", group);
            model.unsubscribe(who, group);
        }
    }

    private void tick(int who) throws SQLException {
        Pgmb.Tick tick = session[who].tick();
        log(who, "tick: " + tick);
        if (tick.busy()) {
            assertThat(ticked[1 - who]).as("somebody ticks; %s", program).isTrue();
            return;
        }
        while (tick.more()) {
            tick = session[who].tick();
        }
        String present = session[2].text("select left(pgmb.create_event_id(ts, 0), 15) from public.stopped_clock");
        while (model.tick(who, present)) {
            log(who, "there was something due");
        }
        ticked[who] = model.isInTransaction(who);
    }

    /** Some days later, when nobody is in the way. */
    private void maintain() throws SQLException {
        if (!model.isInTransaction(0) && !model.isInTransaction(1)) {
            day += random.nextInt(4);
            program.add("maintain, day " + day);
            session[0].maintainInSteps(session[0].text("select '2100-01-01'::timestamptz + ? * interval '1 day'", day));
        }
    }

    private void end() throws SQLException {
        commitOrRollback(0, true);
        commitOrRollback(1, random.nextBoolean());
        tick(0);
        assertThat(session[0].scheduledIds()).as("after %s", program).isEqualTo(model.scheduled(0));
        // What is still scheduled.
        setClock(minute + 1_000);
        tick(0);
    }

    private List<String> groups() {
        List<String> groups = new ArrayList<>();
        for (int who = 0; who < 2; who++) {
            for (int n = 0; n < CONDITIONS.size(); n++) {
                groups.add(group(who, n));
            }
        }
        return groups;
    }

    private String group(int who, int n) {
        return "group-" + programNo + "-" + who + "-" + n;
    }

    private void log(int who, String step) {
        program.add((who == 0 ? "A " : "B ") + step);
    }
}
