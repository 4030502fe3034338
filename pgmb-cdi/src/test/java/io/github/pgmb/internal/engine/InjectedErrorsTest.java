package io.github.pgmb.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.internal.db.Interest;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import io.github.pgmb.test.postgres.LongForm;
import io.github.pgmb.test.postgres.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The database raises errors in handlers and in what the engine stores: nothing is lost, and no effect comes twice. */
class InjectedErrorsTest {

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private static final int EVENTS = LongForm.or(50, 200);
    private static final Duration LONG = Duration.ofSeconds(60);

    private final TestSql sql = new TestSql(DATABASE);
    private TestNode node;

    @BeforeEach
    void emptyDatabase() {
        sql.withoutSchema();
        sql.execute("drop table if exists effects");
        sql.execute("drop sequence if exists injections cascade");
        sql.execute("create table effects (handler text, event_id text)");
        sql.execute("create sequence injections");
        node = new TestNode(DATABASE.dataSource());
    }

    @AfterEach
    void stopNode() {
        node.close();
    }

    private void raise(String sqlState) {
        sql.execute("""
                create or replace function public.inject() returns trigger language plpgsql as $$
                declare
                  -- Sequences do not roll back.
                  call bigint := nextval('public.injections');
                begin
                  -- At last it ends, since no large batch would ever get through.
                  if call %% tg_argv[0]::int = 0 and call < %d then
                    raise exception 'injected' using errcode = '%s';
                  end if;
                  return coalesce(new, old);
                end
                $$
                """.formatted(2 * EVENTS, sqlState));
        sql.execute("create trigger inject before insert on effects for each row execute function inject(7)");
        sql.execute("create trigger inject before insert on pgmb.progress for each row execute function inject(5)");
        sql.execute(
                "create trigger inject before insert or delete on pgmb.retries for each row execute function inject(3)");
    }

    private void handler(String name, Unit unit, Acknowledging acknowledging) {
        var policy = new FailurePolicy(
                new RetryPlan.Exponential(Duration.ofMillis(20), 1, Duration.ofMillis(20), 0, Integer.MAX_VALUE),
                List.of(),
                false,
                Optional.empty());
        node.handler(TestHandlers.handler(
                name, new Interest(List.of("t"), "", "{}"), unit, acknowledging, policy, events -> {
                    for (var event : events) {
                        node.execute("insert into effects values ('" + name + "', '" + event.id() + "')");
                    }
                    if (Math.floorMod(System.nanoTime() >> 10, 10) == 0) {
                        throw new IllegalStateException("at random");
                    }
                }));
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01", "57014", "53300", "57P01", "25006"})
    void areOvercome(String sqlState) {
        handler("events-in-transaction", Unit.EVENT, Acknowledging.IN_TRANSACTION);
        handler("batches-in-transaction", Unit.BATCH, Acknowledging.IN_TRANSACTION);
        handler("events", Unit.EVENT, Acknowledging.AFTER_RETURN);
        handler("batches", Unit.BATCH, Acknowledging.AFTER_RETURN);
        node.owning();
        raise(sqlState);
        var ids = new ArrayList<String>();
        for (var n = 0; n < EVENTS / 5; n++) {
            ids.addAll(node.publish(
                    "t", IntStream.range(0, 5).mapToObj(Integer::toString).toArray(String[]::new)));
            Received.pause(5);
        }
        Received.await(
                LONG,
                () -> sql.count("pgmb.group_status where lag > 0") == 0
                        && sql.count("pgmb.retries") == 0
                        && sql.count("pgmb.dead_letters") == 0);
        for (var handler : List.of("events-in-transaction", "batches-in-transaction")) {
            assertThat(effects("event_id", handler)).as(handler).containsExactlyElementsOf(ids);
        }
        for (var handler : List.of("events", "batches")) {
            assertThat(effects("distinct event_id", handler)).as(handler).containsExactlyElementsOf(ids);
        }
    }

    private List<String> effects(String what, String handler) {
        return sql.rows("select " + what + " from effects where handler = '" + handler + "' order by 1");
    }
}
