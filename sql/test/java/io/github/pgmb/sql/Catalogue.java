package io.github.pgmb.sql;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Everything that the schema pgmb defines, as one line for each thing; partitions have the form of what they are of. */
final class Catalogue {
    private static final String RELATIONS =
            "(select * from pg_class where relnamespace = 'pgmb'::regnamespace and not relispartition) c";
    private static final List<String> QUERIES = List.of(
            "select concat_ws(' ', 'schema', nspacl, obj_description(oid, 'pg_namespace'))"
                    + " from pg_namespace where nspname = 'pgmb'",
            "select concat_ws(' ', 'relation', c.relname, c.relkind, c.relpersistence, c.reloptions, c.relrowsecurity,"
                    + " c.relowner::regrole, c.relacl, pg_get_partkeydef(c.oid), obj_description(c.oid, 'pg_class')) from "
                    + RELATIONS,
            "select concat_ws(' ', 'column', c.relname || '.' || a.attname,"
                    + " row_number() over (partition by c.oid order by a.attnum),"
                    + " format_type(a.atttypid, a.atttypmod), nullif(a.attcollation, 0)::regcollation,"
                    + " case when a.attnotnull then 'not null' end, a.attidentity, a.attgenerated,"
                    + " 'default ' || pg_get_expr(d.adbin, d.adrelid), a.attstorage, a.attacl,"
                    + " col_description(c.oid, a.attnum)) from " + RELATIONS
                    + " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
                    + " left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum",
            "select concat_ws(' ', 'constraint', coalesce(c.relname, t.typname), n.conname, n.contype,"
                    + " pg_get_constraintdef(n.oid), n.convalidated, obj_description(n.oid, 'pg_constraint'))"
                    + " from pg_constraint n left join pg_class c on c.oid = n.conrelid left join pg_type t on t.oid = n.contypid"
                    + " where n.connamespace = 'pgmb'::regnamespace and not coalesce(c.relispartition, false)",
            "select concat_ws(' ', 'index', pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisprimary, i.indisreplident)"
                    + " from pg_index i join " + RELATIONS + " on c.oid = i.indexrelid",
            "select concat_ws(' ', 'sequence', c.relname, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax,"
                    + " s.seqcache, s.seqcycle, 'owned by ' || d.refobjid::regclass || '.' || d.refobjsubid)"
                    + " from pg_sequence s join " + RELATIONS + " on c.oid = s.seqrelid"
                    + " left join pg_depend d on d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i')",
            "select concat_ws(' ', 'view', c.relname, pg_get_viewdef(c.oid)) from " + RELATIONS
                    + " where c.relkind in ('v', 'm')",
            "select concat_ws(' ', 'function', p.oid::regprocedure, p.proowner::regrole, p.proacl,"
                    + " obj_description(p.oid, 'pg_proc'), pg_get_functiondef(p.oid))"
                    + " from pg_proc p where p.pronamespace = 'pgmb'::regnamespace and p.prokind in ('f', 'p', 'w')",
            "select concat_ws(' ', 'type', t.typname, t.typtype, t.typowner::regrole, t.typacl,"
                    + " nullif(t.typbasetype, 0)::regtype, nullif(t.typcollation, 0)::regcollation, t.typnotnull, t.typdefault,"
                    + " obj_description(t.oid, 'pg_type'), 'labels ' || ("
                    + " select string_agg(e.enumlabel, ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid))"
                    + " from pg_type t where t.typnamespace = 'pgmb'::regnamespace and t.typtype <> 'c' and t.typelem = 0",
            "select concat_ws(' ', 'trigger', t.tgenabled, pg_get_triggerdef(t.oid)) from pg_trigger t join "
                    + RELATIONS + " on c.oid = t.tgrelid where not t.tgisinternal",
            "select concat_ws(' ', 'rule', tablename, definition) from pg_rules where schemaname = 'pgmb'",
            "select concat_ws(' ', 'policy', to_jsonb(p)) from pg_policies p where schemaname = 'pgmb'",
            "select concat_ws(' ', 'statistics', pg_get_statisticsobjdef(oid)) from pg_statistic_ext"
                    + " where stxnamespace = 'pgmb'::regnamespace",
            "select concat_ws(' ', 'setting', id, coalesce(value, 'null')) from pgmb.config");

    private Catalogue() {}

    /** Sorted. */
    static List<String> of(Session session) throws SQLException {
        return session.column(String.join(" union all ", QUERIES) + " order by 1");
    }

    /** What only one of them has; empty if they are the same. */
    static List<String> differences(List<String> fresh, List<String> migrated) {
        List<String> differences = new ArrayList<>();
        new TreeSet<>(fresh)
                .stream()
                        .filter(line -> !migrated.contains(line))
                        .forEach(line -> differences.add("\nonly fresh: " + line));
        new TreeSet<>(migrated)
                .stream()
                        .filter(line -> !fresh.contains(line))
                        .forEach(line -> differences.add("\nonly migrated: " + line));
        return differences;
    }
}
