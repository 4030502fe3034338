package io.github.pgmb.sql;

import static io.github.pgmb.sql.Pgmb.again;
import static io.github.pgmb.sql.Pgmb.dead;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.sql.Pgmb.Due;
import io.github.pgmb.sql.Pgmb.Ownership;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a handler failed on for good stays, with a copy of it, until it is handled after all or somebody discards it. */
class DeadLettersTest {
    private static final String GROUP = "group";

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;
    private Ownership owned;
    private List<String> ids;

    @BeforeEach
    void failOnTenEvents() throws SQLException {
        pgmb = sessions.open();
        pgmb.forgetEverything();
        owned = pgmb.own("a", GROUP);
        pgmb.publishNumbered("e", 10);
        pgmb.tick();
        ids = pgmb.receivedIds(GROUP);
        assertThat(pgmb.setAside("a", owned, 0, 10, dead(3, ids.toArray(String[]::new))))
                .isTrue();
    }

    @Test
    void areListedInPages() throws SQLException {
        List<String> listed = new ArrayList<>();
        List<String> page = pgmb.column("select event_id from pgmb.list_dead_letters(?, null, 4)", GROUP);
        while (!page.isEmpty()) {
            assertThat(page).hasSizeLessThanOrEqualTo(4);
            listed.addAll(page);
            page = pgmb.column(
                    "select event_id from pgmb.list_dead_letters(?, ?, 4)", GROUP, listed.get(listed.size() - 1));
        }
        assertThat(listed).containsExactlyElementsOf(ids);
        assertThat(pgmb.rows("select dead_letters, match_failures from pgmb.group_status where group_id = ?", GROUP))
                .containsExactly(List.of("10", "0"));
    }

    @Test
    void vanishWhenTheyAreHandledAfterAll() throws SQLException {
        assertThat(pgmb.redrive(GROUP)).isEqualTo(10);
        assertThat(pgmb.deadLetters(GROUP)).as("until they are handled").hasSize(10);
        assertThat(pgmb.number(
                        "select count(*) from pgmb.list_dead_letters(?) where next_attempt_at is not null", GROUP))
                .isEqualTo(10);
        List<Due> due = pgmb.readRetries("a", owned, 100);
        assertThat(due).extracting(Due::id).containsExactlyElementsOf(ids);
        assertThat(due).extracting(Due::attempts).containsOnly(0);
        for (int n = 0; n < 3; n++) {
            assertThat(pgmb.settle("a", owned, due.get(n).retryNo())).isTrue();
        }
        assertThat(pgmb.deadLetters(GROUP)).containsExactlyElementsOf(ids.subList(3, 10));
        assertThat(pgmb.readRetries("a", owned, 100)).hasSize(7);
    }

    @Test
    void someAreRedriven() throws SQLException {
        assertThat(pgmb.number("select pgmb.redrive_dead_letters(?, max_letters => 2)", GROUP))
                .isEqualTo(2);
        assertThat(pgmb.number(
                        "select pgmb.redrive_dead_letters(?, array[?, ?, 'absent']::pgmb.event_id[])",
                        GROUP,
                        ids.get(1),
                        ids.get(8)))
                .as("one of them is being redriven already")
                .isEqualTo(1);
        assertThat(redriven()).containsExactly(ids.get(0), ids.get(1), ids.get(8));
        assertThat(pgmb.number("select pgmb.redrive_dead_letters(?, '{}')", GROUP))
                .isZero();
        assertThat(pgmb.redrive(GROUP)).isEqualTo(7);
        assertThat(pgmb.redrive(GROUP)).isZero();
    }

    @Test
    void areRedrivenAtARate() throws SQLException {
        assertThat(pgmb.number("select pgmb.redrive_dead_letters(?, per_second => 0.5)", GROUP))
                .isEqualTo(10);
        assertThat(pgmb.column(
                        "select extract(epoch from next_attempt_at - min(next_attempt_at) over ())::int"
                                + " from pgmb.list_dead_letters(?) order by event_id",
                        GROUP))
                .containsExactly("0", "2", "4", "6", "8", "10", "12", "14", "16", "18");
        assertThat(pgmb.readRetries("a", owned, 100)).hasSize(1);
    }

    @Test
    void aDryRunChangesNothing() throws SQLException {
        pgmb.number("select pgmb.redrive_dead_letters(?, max_letters => 2)", GROUP);
        for (String function : List.of("redrive_dead_letters", "discard_dead_letters")) {
            assertThat(pgmb.number("select pgmb." + function + "(?, dry_run => true)", GROUP))
                    .isEqualTo(8);
            assertThat(pgmb.number("select pgmb." + function + "(?, max_letters => 3, dry_run => true)", GROUP))
                    .isEqualTo(3);
            assertThat(pgmb.number(
                            "select pgmb." + function + "(?, array[?, ?]::pgmb.event_id[], dry_run => true)",
                            GROUP,
                            ids.get(0),
                            ids.get(9)))
                    .isEqualTo(1);
        }
        assertThat(pgmb.deadLetters(GROUP)).hasSize(10);
        assertThat(redriven()).hasSize(2);
    }

    @Test
    void whatFailsAgainIsOneAgainWithAllItsAttempts() throws SQLException {
        String first = pgmb.text("select min(first_failed_at) from pgmb.dead_letters");
        redriveOne();
        Due due = pgmb.readRetries("a", owned, 9).get(0);
        pgmb.settle("a", owned, due.retryNo(), again(1, 0, ids.get(0)));
        assertThat(pgmb.redrive(GROUP)).as("it is still being redriven").isEqualTo(9);
        long second = pgmb.number(
                "select retry_no from pgmb.retry_status where event_ids = array[?]::pgmb.event_id[]", ids.get(0));
        pgmb.settle("a", owned, second, dead(2, ids.get(0)));
        assertThat(pgmb.rows(
                        "select attempts, first_failed_at, failed_at > first_failed_at, message, next_attempt_at"
                                + " from pgmb.list_dead_letters(?, null, 1)",
                        GROUP))
                .containsExactly(Arrays.asList("5", first, "t", "failed 2 times", null));
        assertThat(pgmb.redrive(GROUP)).isEqualTo(1);
    }

    @Test
    void haveACopyOfWhatIsNoLongerInTheLog() throws SQLException {
        pgmb.run("delete from pgmb.events");
        redriveOne();
        Due due = pgmb.readRetries("a", owned, 9).get(0);
        assertThat(due.topic()).isEqualTo("e");
        pgmb.settle("a", owned, due.retryNo(), again(1, 0, ids.get(0)));
        due = pgmb.readRetries("a", owned, 9).get(0);
        assertThat(due.topic()).isEqualTo("e");
        pgmb.settle("a", owned, due.retryNo(), dead(1, ids.get(0)));
        assertThat(pgmb.rows("select topic, payload ->> 'n' from pgmb.list_dead_letters(?, null, 1)", GROUP))
                .containsExactly(List.of("e", "1"));
    }

    /** Its event may be years old. */
    @Test
    void whatIsRedrivenKeepsNothingOfTheLog() throws SQLException {
        assertThat(needsTheLog()).isFalse();
        redriveOne();
        assertThat(needsTheLog()).isFalse();
        pgmb.settle("a", owned, pgmb.readRetries("a", owned, 9).get(0).retryNo(), again(1, 0, ids.get(0)));
        assertThat(needsTheLog()).isFalse();
        pgmb.publish("new");
        pgmb.dispatch();
        pgmb.setAside("a", owned, 10, 11, again(1, 0, pgmb.receivedIds(GROUP).get(10)));
        assertThat(needsTheLog()).isTrue();
    }

    private boolean needsTheLog() throws SQLException {
        return pgmb.isTrue("select exists (select from pgmb.retries where min_event_id is not null)");
    }

    @Test
    void areDiscarded() throws SQLException {
        redriveOne();
        assertThat(pgmb.number(
                        "select pgmb.discard_dead_letters(?, array[?, ?]::pgmb.event_id[])",
                        GROUP,
                        ids.get(0),
                        ids.get(5)))
                .as("what is being redriven is left alone")
                .isEqualTo(1);
        assertThat(pgmb.number("select pgmb.discard_dead_letters(?, max_letters => 2)", GROUP))
                .isEqualTo(2);
        assertThat(pgmb.deadLetters(GROUP))
                .containsExactly(ids.get(0), ids.get(3), ids.get(4), ids.get(6), ids.get(7), ids.get(8), ids.get(9));
        assertThat(pgmb.discard(GROUP)).isEqualTo(6);
        assertThat(pgmb.deadLetters(GROUP)).containsExactly(ids.get(0));
    }

    @Test
    void twoWhoRedriveAtOnceEnterEachOnce() throws Exception {
        Pgmb first = sessions.open();
        Pgmb second = sessions.open();
        first.begin();
        assertThat(first.number("select pgmb.redrive_dead_letters(?, max_letters => 6)", GROUP))
                .isEqualTo(6);
        int pid = second.backendPid();
        Future<Long> other = sessions.start(() -> second.redrive(GROUP));
        pgmb.awaitBlocked(pid);
        first.commit();
        assertThat(Sessions.result(other)).isEqualTo(4);
        assertThat(pgmb.column("select event_ids[1] from pgmb.retry_status order by 1"))
                .containsExactlyElementsOf(ids);
    }

    @Test
    void anOldSnapshotRedrivesNothingTwice() throws SQLException {
        Pgmb old = sessions.open();
        old.begin(Session.REPEATABLE_READ);
        old.number("select count(*) from pgmb.dead_letters");
        pgmb.redrive(GROUP);
        assertThatThrownBy(() -> old.redrive(GROUP))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
        old.rollback();
    }

    @Test
    void discardingBesideARedriveWaitsAndLeavesItAlone() throws Exception {
        Pgmb first = sessions.open();
        Pgmb second = sessions.open();
        first.begin();
        first.redrive(GROUP);
        int pid = second.backendPid();
        Future<Long> other = sessions.start(() -> second.discard(GROUP));
        pgmb.awaitBlocked(pid);
        first.commit();
        assertThat(Sessions.result(other)).isZero();
        assertThat(pgmb.deadLetters(GROUP)).hasSize(10);
    }

    @Test
    void groupsDoNotWaitForEachOther() throws SQLException {
        pgmb.own("a", "other");
        Pgmb first = sessions.open();
        first.begin();
        first.redrive(GROUP);
        pgmb.run("set lock_timeout = '1s'");
        assertThat(pgmb.redrive("other")).isZero();
        first.rollback();
    }

    /** Nobody waits, and what is not settled yet is being redriven still. */
    @Test
    void whatIsBeingSettledIsLeftAlone() throws SQLException {
        redriveOne();
        long no = pgmb.readRetries("a", owned, 9).get(0).retryNo();
        for (String[] failed : new String[][] {{}, {dead(1, ids.get(0))}, {again(1, 0, ids.get(0))}}) {
            Pgmb handler = sessions.open();
            handler.begin();
            assertThat(handler.settle("a", owned, no, failed)).isTrue();
            pgmb.run("set lock_timeout = '1s'");
            String[] call = {"redrive_dead_letters", "discard_dead_letters"};
            for (String function : call) {
                assertThat(pgmb.number("select pgmb." + function + "(?, array[?]::pgmb.event_id[])", GROUP, ids.get(0)))
                        .isZero();
            }
            handler.rollback();
        }
        assertThat(pgmb.deadLetters(GROUP)).hasSize(10);
    }

    /** Moved back, the group fails once more on what is being redriven: it is entered only once all the same. */
    @Test
    void aReplayThatFailsLeavesTheRedriveAlone() throws SQLException {
        redriveOne();
        pgmb.text("select pgmb.move_group(?, pgmb.create_event_id(now() - interval '1 minute', 0))", GROUP);
        Ownership again = pgmb.takeOver("a").get(0);
        assertThat(again.position()).isZero();
        assertThat(pgmb.setAside("a", again, 0, 2, dead(3, ids.get(0), ids.get(1))))
                .isTrue();
        assertThat(pgmb.column("select attempts from pgmb.list_dead_letters(?, null, 3)", GROUP))
                .containsExactly("6", "6", "3");
        assertThat(pgmb.redrive(GROUP)).isEqualTo(9);
        Due due = pgmb.readRetries("a", again, 1).get(0);
        assertThat(due.id()).isEqualTo(ids.get(0));
        assertThat(pgmb.settle("a", again, due.retryNo())).isTrue();
        assertThat(pgmb.deadLetters(GROUP)).hasSize(9).doesNotContain(ids.get(0));
    }

    @Test
    void outliveTheGroupAndAreRedrivenToTheNewOne() throws SQLException {
        pgmb.run("delete from pgmb.subscription_groups");
        assertThat(pgmb.deadLetters(GROUP)).containsExactlyElementsOf(ids);
        assertState("PM013", "select pgmb.redrive_dead_letters('group')");
        owned = pgmb.own("a", GROUP);
        redriveOne();
        Due due = pgmb.readRetries("a", owned, 9).get(0);
        assertThat(due.id()).isEqualTo(ids.get(0));
        pgmb.settle("a", owned, due.retryNo(), dead(1, ids.get(0)));
        assertThat(pgmb.deadLetters(GROUP)).containsExactlyElementsOf(ids);
        assertThat(pgmb.redrive(GROUP)).isEqualTo(10);
        pgmb.run("delete from pgmb.subscription_groups");
        owned = pgmb.own("a", GROUP);
        assertThat(pgmb.redrive(GROUP))
                .as("what was being redriven is idle again")
                .isEqualTo(10);
    }

    /** In each of its lives the group failed on the same event. */
    @Test
    void oneEventIsOneLetterHoweverOftenTheGroupWasMadeAnew() throws SQLException {
        for (int life = 0; life < 2; life++) {
            pgmb.run(
                    "insert into pgmb.dead_letters (group_no, group_id, event_id, topic, payload, subscription_ids, reason, message)"
                            + " select group_no - 1, group_id, event_id, topic, payload, subscription_ids, reason, 'older'"
                            + " from pgmb.dead_letters where group_no = (select min(group_no) from pgmb.dead_letters)");
        }
        assertThat(pgmb.column("select message from pgmb.list_dead_letters(?)", GROUP))
                .hasSize(10)
                .containsOnly("failed 3 times");
        assertThat(pgmb.number("select pgmb.discard_dead_letters(?, array[?]::pgmb.event_id[])", GROUP, ids.get(9)))
                .isEqualTo(1);
        pgmb.run("delete from pgmb.subscription_groups");
        owned = pgmb.own("a", GROUP);
        assertThat(pgmb.number("select pgmb.redrive_dead_letters(?, dry_run => true)", GROUP))
                .isEqualTo(9);
        assertThat(pgmb.redrive(GROUP)).isEqualTo(9);
        for (Due due : pgmb.readRetries("a", owned, 100)) {
            assertThat(pgmb.settle("a", owned, due.retryNo())).isTrue();
        }
        assertThat(pgmb.number("select count(*) from pgmb.dead_letters")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "'NaN'"})
    void aRateIsAboveZero(String rate) {
        assertState("PM016", "select pgmb.redrive_dead_letters('group', per_second => " + rate + ")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'nobody'", "null", "'client'"})
    void onlyHandlersAreGivenThem(String group) throws SQLException {
        pgmb.subscribe("client", "e.topic = 'never'");
        assertState("PM013", "select pgmb.redrive_dead_letters(" + group + ")");
        assertThat(pgmb.number("select pgmb.discard_dead_letters(" + group + ")"))
                .isZero();
    }

    @Test
    void whatAConditionFailedOnCanBeRedriven() throws SQLException {
        pgmb.register("a");
        long no = pgmb.declare("a", "picky", "1 / (e.payload ->> 'n')::int > 0");
        Ownership picky = pgmb.takeOver("a", owned.groupNo()).get(0);
        assertThat(picky.groupNo()).isEqualTo(no);
        String zero = pgmb.publish("zero", "{\"n\": 0}");
        pgmb.dispatch();
        assertThat(pgmb.deadLetters("picky")).containsExactly(zero);
        assertThat(pgmb.redrive("picky")).isEqualTo(1);
        Due due = pgmb.readRetries("a", picky, 9).get(0);
        assertThat(due.topic()).isEqualTo("zero");
        assertThat(pgmb.settle("a", picky, due.retryNo(), dead(1, zero))).isTrue();
        assertThat(pgmb.rows("select reason, attempts, sqlstate from pgmb.dead_letters where group_id = 'picky'"))
                .containsExactly(Arrays.asList("attempts", "1", null));
    }

    /** A retry of another client named an event before it was dispatched. */
    @Test
    void aConditionThatFailsOnADeadLetterIsRecordedInIt() throws SQLException {
        pgmb.register("a");
        pgmb.declare("a", "picky", "1 / (e.payload ->> 'n')::int > 0");
        Ownership picky = pgmb.takeOver("a", owned.groupNo()).get(0);
        pgmb.publish("fine", "{\"n\": 1}");
        pgmb.dispatch();
        String zero = pgmb.publish("zero", "{\"n\": 0}");
        pgmb.setAside("a", picky, 0, 1, dead(2, zero));
        pgmb.redrive("picky");
        pgmb.dispatch();
        assertThat(pgmb.rows("select reason, attempts, sqlstate from pgmb.dead_letters where group_id = 'picky'"))
                .containsExactly(List.of("condition", "2", "22012"));
        Due due = pgmb.readRetries("a", picky, 9).get(0);
        assertThat(pgmb.settle("a", picky, due.retryNo())).isTrue();
        assertThat(pgmb.deadLetters("picky")).isEmpty();
    }

    /** There is no copy that a handler could be given. */
    @Test
    void whatWasGoneIsGoneWhenItIsRedriven() throws SQLException {
        Ownership other = pgmb.own("a", "of the past");
        pgmb.publishNumbered("e", 1);
        pgmb.dispatch();
        pgmb.setAside("a", other, 0, 1, dead(0, "never").replace("\"attempts\"}", "\"gone\"}"));
        assertThat(pgmb.redrive("of the past")).isEqualTo(1);
        Due due = pgmb.readRetries("a", other, 9).get(0);
        assertThat(due).isEqualTo(new Due(due.retryNo(), 0, "never", null));
    }

    private void redriveOne() throws SQLException {
        assertThat(pgmb.number("select pgmb.redrive_dead_letters(?, max_letters => 1)", GROUP))
                .isEqualTo(1);
    }

    private List<String> redriven() throws SQLException {
        return pgmb.column(
                "select event_id from pgmb.list_dead_letters(?) where next_attempt_at is not null order by event_id",
                GROUP);
    }

    private void assertState(String state, String statement) {
        assertThatThrownBy(() -> pgmb.text(statement))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(state));
    }
}
