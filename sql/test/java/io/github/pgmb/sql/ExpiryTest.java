package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Maintenance deletes subscriptions that have expired, and the groups that nobody asks for any more. */
@Timeout(60)
class ExpiryTest {
    private static final String GROUP = "group";

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;

    @BeforeEach
    void aSubscriptionForAnHour() throws SQLException {
        pgmb = sessions.open();
        pgmb.forgetEverything();
        pgmb.subscribe(GROUP, Pgmb.ALL);
        pgmb.run("update pgmb.subscriptions set expiry_interval = '1 hour'");
    }

    @Test
    void whatIsActiveStays() throws SQLException {
        cleanUpAfter("59 minutes");
        assertThat(subscriptions()).isEqualTo(1);
        cleanUpAfter("61 minutes");
        assertThat(subscriptions()).isZero();
    }

    @Test
    void whatHasNoExpiryStays() throws SQLException {
        pgmb.subscribe(GROUP, "e.topic = 'a'");
        cleanUpAfter("100 days");
        assertThat(subscriptions()).isEqualTo(1);
        assertThat(groups()).isEqualTo(1);
    }

    /** It is neither deleted nor waited for. */
    @Test
    void whatIsJustBecomingActiveStays() throws SQLException {
        pgmb.run("update pgmb.subscriptions set last_active_at = now() - interval '1 day'");
        Pgmb client = sessions.open();
        client.begin();
        client.run("update pgmb.subscriptions set last_active_at = now()");
        cleanUpAfter("0");
        assertThat(subscriptions()).isEqualTo(1);
        client.commit();
        cleanUpAfter("0");
        assertThat(subscriptions()).isEqualTo(1);
    }

    @Test
    void whatANodeDeclaresStays() throws SQLException {
        pgmb.register("node");
        pgmb.declare("node", GROUP);
        cleanUpAfter("100 days");
        pgmb.run("delete from pgmb.nodes; delete from pgmb.subscriptions");
        cleanUpAfter("100 days");
        assertThat(groups()).isEqualTo(1);
    }

    @Test
    void aGroupWithoutSubscriptionsGoesWhenWhatItWasGivenIsAsOldAsTheLog() throws SQLException {
        pgmb.run("update pgmb.subscription_groups set created_at = now() - interval '30 days'");
        pgmb.publish("a");
        pgmb.dispatch();
        cleanUpAfter("6 days");
        assertThat(subscriptions()).isZero();
        assertThat(groups()).isEqualTo(1);
        cleanUpAfter("8 days");
        assertThat(groups()).isZero();
    }

    /** A client asserts its group first, and what it subscribes to later. */
    @Test
    void aNewGroupWithoutSubscriptionsStays() throws SQLException {
        cleanUpAfter("2 hours");
        assertThat(groups()).isEqualTo(1);
    }

    @Test
    void aGroupThatIsReadStays() throws SQLException {
        pgmb.run("set pgmb.reader_lease = '100 days'");
        pgmb.rows("select * from pgmb.read_next_events(?)", GROUP);
        cleanUpAfter("50 days");
        assertThat(subscriptions()).isZero();
        assertThat(groups()).isEqualTo(1);
        pgmb.rows("select pgmb.release_group_lock(?)", GROUP);
        cleanUpAfter("50 days");
        assertThat(groups()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insert into pgmb.subscriptions (group_id) values ('group')",
                "select pgmb.read_next_events('group')",
                "select pgmb.declare_handler('node', 'group', 'TRUE', '{}')"
            })
    void aGroupThatSomebodyIsJustAskingForStays(String statement) throws SQLException {
        pgmb.run("delete from pgmb.subscriptions");
        pgmb.register("node");
        Pgmb client = sessions.open();
        client.begin();
        client.run(statement);
        pgmb.run("select pgmb.expire_subscriptions(now() + interval '8 days')");
        client.commit();
        pgmb.run("select pgmb.expire_subscriptions(now() + interval '8 days')");
        assertThat(groups()).isEqualTo(1);
    }

    @Test
    void aGroupThatIsMadeAgainHasNothingOfItsPredecessor() throws SQLException {
        pgmb.publish("a");
        pgmb.dispatch();
        cleanUpAfter("100 days");
        pgmb.subscribe(GROUP, Pgmb.ALL);
        pgmb.publish("b");
        pgmb.dispatch();
        assertThat(pgmb.column("select topic from pgmb.read_next_events(?)", GROUP))
                .containsExactly("b");
    }

    @Test
    void maintenanceOfAnOldSnapshotDeletesNoGroup() throws SQLException {
        pgmb.begin(Session.REPEATABLE_READ);
        cleanUpAfter("100 days");
        pgmb.commit();
        assertThat(subscriptions()).isZero();
        assertThat(groups()).isEqualTo(1);
    }

    private void cleanUpAfter(String interval) throws SQLException {
        pgmb.run("select pgmb.clean_up(now() + ?::interval)", interval);
    }

    private long subscriptions() throws SQLException {
        return pgmb.number("select count(*) from pgmb.subscriptions");
    }

    private long groups() throws SQLException {
        return pgmb.number("select count(*) from pgmb.subscription_groups");
    }
}
