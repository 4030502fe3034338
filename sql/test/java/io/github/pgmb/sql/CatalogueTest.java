package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rules that every object of the schema keeps. */
class CatalogueTest {
    private static final String FUNCTIONS = "pg_proc p where p.pronamespace = 'pgmb'::regnamespace";

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;

    @BeforeEach
    void useEverythingOnce() throws SQLException {
        pgmb = sessions.open();
        pgmb.subscribe("group", Pgmb.ALL);
        pgmb.publish("a");
        pgmb.dispatch();
        pgmb.maintain(pgmb.text("select now() + interval '10 days'"));
    }

    @Test
    void nothingIsExecutableByPublic() throws SQLException {
        assertThat(pgmb.column("select p.oid::regprocedure from " + FUNCTIONS
                        + " and (p.proacl is null or exists (select from aclexplode(p.proacl) a where a.grantee = 0))"))
                .isEmpty();
    }

    @Test
    void nothingIsGrantedToPublic() throws SQLException {
        assertThat(pgmb.column("select c.oid::regclass from pg_class c cross join lateral aclexplode(c.relacl) a"
                        + " where c.relnamespace = 'pgmb'::regnamespace and a.grantee = 0"))
                .isEmpty();
    }

    @Test
    void definersSetTheirSearchPathWithTemporaryObjectsLast() throws SQLException {
        assertThat(pgmb.column("select p.oid::regprocedure from " + FUNCTIONS + " and p.prosecdef"))
                .isNotEmpty();
        assertThat(pgmb.column("select p.oid::regprocedure from pg_proc p where p.pronamespace = 'pgmb'::regnamespace"
                        + " and p.prosecdef and not coalesce('search_path=pgmb, pg_temp' = any (p.proconfig), false)"))
                .isEmpty();
    }

    /** A body that is parsed when it is created resolves nothing later. */
    @Test
    void nothingResolvesThroughTheSearchPathOfItsCaller() throws SQLException {
        pgmb.subscribe("group", "e.topic = 'a'");
        assertThat(pgmb.column("select p.oid::regprocedure from pg_proc p where p.pronamespace = 'pgmb'::regnamespace"
                        + " and p.prosqlbody is null and not coalesce('search_path=pgmb, pg_temp' = any (p.proconfig), false)"
                        // What has settings may not commit: a loop around calls, with the caller's own rights.
                        + " and not (p.prokind = 'p' and not p.prosecdef and p.prosrc ~ '\\mcommit;')"))
                .isEmpty();
        assertThat(pgmb.column("select p.oid::regprocedure || c.setting from pg_proc p"
                        + " cross join lateral unnest(p.proconfig) c (setting) where p.pronamespace = 'pgmb'::regnamespace"
                        + " and c.setting like 'search_path=%' and c.setting <> 'search_path=pgmb, pg_temp'"))
                .isEmpty();
    }

    /** The price that a forbidden scan puts on a plan would have it compiled, which takes most of a second. */
    @Test
    void whatForbidsScansForbidsCompilation() throws SQLException {
        assertThat(pgmb.column("select p.proname from " + FUNCTIONS + " and 'enable_seqscan=off' = any (p.proconfig)"))
                .contains("tick", "read_group");
        assertThat(pgmb.column("select p.proname from " + FUNCTIONS + " and 'enable_seqscan=off' = any (p.proconfig)"
                        + " and not 'jit=off' = any (p.proconfig)"))
                .isEmpty();
    }

    /** Else a nested loop reads all that is there, and keeps it, when statistics say that there is nothing. */
    @Test
    void whatForbidsOtherJoinsForbidsMaterialization() throws SQLException {
        assertThat(
                        pgmb.column(
                                "select p.proname from " + FUNCTIONS + " and 'enable_mergejoin=off' = any (p.proconfig)"
                                        + " and not ('enable_material=off' = any (p.proconfig) and 'enable_hashjoin=off' = any (p.proconfig))"))
                .isEmpty();
    }

    @Test
    void everyFunctionHasAComment() throws SQLException {
        assertThat(pgmb.column("select p.oid::regprocedure from " + FUNCTIONS
                        + " and obj_description(p.oid, 'pg_proc') is null"))
                .isEmpty();
    }

    @Test
    void theLogHasNoTrigger() throws SQLException {
        assertThat(pgmb.column("select tgname from pg_trigger where tgrelid in (select 'pgmb.events'::regclass"
                        + " union select partition from pgmb.partitions('pgmb.events'))"))
                .isEmpty();
    }

    @Test
    void idsCompareByTheirBytes() throws SQLException {
        assertThat(pgmb.column("select t.typname from pg_type t join pg_collation c on c.oid = t.typcollation"
                        + " where t.typnamespace = 'pgmb'::regnamespace and t.typtype = 'd' and c.collname = 'C'"))
                .containsExactlyInAnyOrder("event_id", "subscription_id");
    }
}
