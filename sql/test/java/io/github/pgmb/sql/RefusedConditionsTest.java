package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Whoever writes a wrong condition is told where in his own text it is wrong. */
class RefusedConditionsTest {
    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;

    @BeforeEach
    void open() throws SQLException {
        pgmb = sessions.open();
        pgmb.run("create or replace function public.check_it(content text) returns boolean language plpgsql as"
                + " 'begin raise ''was run''; end'");
        pgmb.run("drop domain if exists public.checked cascade; create domain public.checked as text"
                + " check (public.check_it(value))");
        pgmb.run("drop domain if exists public.nested; create domain public.nested as text"
                + " check (value::public.checked is not null);"
                + " create or replace function public.given_it(x public.checked[]) returns boolean language sql stable as"
                + " 'select true'");
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("e.nonsense = 1", 1, 3, "e.>>>nonsense = 1"),
                Arguments.of("e.topic = 'ä€😀'\n  and e.Nonsense = 'é'", 2, 9, "  and e.>>>Nonsense = 'é'"),
                Arguments.of(
                        "e.topic = 'nonsense'\n  and 'ü' = e.nonsense\n  and true", 2, 15, "  and 'ü' = e.>>>nonsense"),
                Arguments.of("e.topic = 'ü'\n  and and e.topic = 'b' and true", 2, 7, "  and >>>and e.topic"),
                Arguments.of("e.topic in ('ü', 'b'\n  or true", 2, 10, "  or true>>>"),
                Arguments.of("length(e.topic) = 1) or (true", 1, 20, "length(e.topic) = 1>>>) or (true"),
                Arguments.of("e.topic =\n", 2, 1, ">>>"),
                Arguments.of("'ß' < e.topic and\ne.payload ->> 'a' = 5", 2, 19, "e.payload ->> 'a' >>>= 5"),
                Arguments.of("'é' = e.topic\nand e.topic + e.topic > 1", 2, 13, "and e.topic >>>+ e.topic"),
                Arguments.of("length(e.topic) = 1\n and length(e.payload) = 1", 2, 6, " and >>>length(e.payload)"),
                Arguments.of("e.topic = 'x' and\n'ünf' = 7", 2, 1, ">>>'ünf' = 7"),
                Arguments.of("true and\n  nowhere.f(e.topic)", 2, 3, "  >>>nowhere.f(e.topic)"),
                Arguments.of("e.topic::nothing is null", 1, 10, "e.topic::>>>nothing is null"),
                Arguments.of("'{x}'::public.checked[] is not null", 1, 15, "'{x}'::public.>>>checked[]"),
                Arguments.of("'{x}'::public.nested[] is not null", 1, 15, "'{x}'::public.>>>nested[]"),
                Arguments.of("public.given_it('{x}')", 1, 8, "public.>>>given_it('{x}')"),
                Arguments.of("w.topic = 'a'", 1, 1, ">>>w.topic"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void namesThePlace(String condition, int line, int column, String excerpt) {
        ServerErrorMessage refusal = refusal(condition);
        assertThat(refusal.getDetail())
                .startsWith("line " + line + ", column " + column + ": " + excerpt)
                .endsWith("condition: " + condition);
        assertThat(refusal.getHint()).contains("one boolean SQL expression");
    }

    /** PostgreSQL has no better place for these either. */
    @Test
    void whatConcernsTheWholeTextNamesNoPlace() {
        ServerErrorMessage refusal = refusal("e.topic");
        assertThat(refusal.getMessage()).contains("must be type boolean, not type character varying");
        assertThat(refusal.getDetail()).isEqualTo("condition: e.topic");
    }

    @Test
    void aLongWrongTextIsToldAboutQuickly() {
        String condition = "e.nonsense1 = 1 or ".repeat(500) + "e.nonsense = 1";
        long start = System.nanoTime();
        assertThat(refusal(condition).getDetail()).startsWith("line 1, column 3: e.>>>nonsense1 = 1");
        assertThat(System.nanoTime() - start).as("nanoseconds").isLessThan(2_000_000_000L);
    }

    private ServerErrorMessage refusal(String condition) {
        PSQLException refused = catchThrowableOfType(PSQLException.class, () -> pgmb.subscribe("group", condition));
        assertThat(refused.getSQLState()).isEqualTo("PM002");
        return refused.getServerErrorMessage();
    }
}
