package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids: text of 24 characters whose order is that of time. */
class EventIdTest {
    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;

    @BeforeEach
    void open() throws SQLException {
        pgmb = sessions.open();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1970-01-01 00:00:00+00", "2026-03-29 02:30:00.123456+01", "2110-01-01 00:00:00.000001+00"})
    void keepsMicroseconds(String time) throws SQLException {
        assertThat(pgmb.isTrue(
                        "select pgmb.extract_date_from_event_id(pgmb.create_event_id(t, 7)) = t"
                                + " from (select ?::timestamptz as t) x",
                        time))
                .isTrue();
    }

    @Test
    void hasTheFormOfTheContract() throws SQLException {
        assertThat(pgmb.text("select pgmb.create_event_id('2026-01-01 00:00:00+00', 68719476735)"))
                .isEqualTo("pm"
                        + Long.toHexString(0x10000000000000L | 1767225600000000L)
                                .substring(1) + "fffffffff");
        assertThat(pgmb.publish("a")).matches("pm[0-9a-f]{22}");
        assertThat(pgmb.subscribe("group", Pgmb.ALL)).matches("su[0-9a-f]{22}");
    }

    @Test
    void theDefaultIsTheTimeOfInsertion() throws SQLException {
        String id = pgmb.publish("a");
        assertThat(pgmb.isTrue(
                        "select pgmb.extract_date_from_event_id(?) between clock_timestamp() - interval '10 s'"
                                + " and clock_timestamp()",
                        id))
                .isTrue();
    }

    @Test
    void manyInOneStatementComeBackInTheirOrderAndDiffer() throws SQLException {
        assertThat(pgmb.column("insert into pgmb.events (topic, payload) select n::text, '{}'"
                        + " from generate_series(1, 10000) n returning id"))
                .hasSize(10_000)
                .doesNotHaveDuplicates()
                .isSorted();
    }
}
