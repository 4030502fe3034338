package io.github.pgmb.it.cluster;

import io.github.pgmb.it.cluster.Ledger.Outcome;
import java.util.ArrayList;
import java.util.List;

/** Compares what customers were told with what is in the database, and the database with itself. */
record Audit(Database database, Ledger ledger) {

    /** Everything that is wrong, once all is quiet. */
    List<String> findings() {
        var found = new ArrayList<String>();
        check(found, "accepted, but not there", """
                select l.name from unnest(?) l (name)
                where not exists (select from purchase_order o where o.customer = l.name)""", named(Outcome.ACCEPTED));
        check(found, "refused, but there", """
                select o.customer from unnest(?) l (name) join purchase_order o on o.customer = l.name""", named(Outcome.REFUSED));
        check(found, "placed more than once", """
                select customer || ': ' || count(*) from purchase_order group by customer having count(*) > 1""");
        check(found, "without exactly one invoice", """
                select o.customer || ': ' || count(i.id) from purchase_order o left join invoice i on i.order_id = o.id
                group by o.id having count(i.id) <> 1""");
        check(found, "invoice without order", """
                select i.customer from invoice i where not exists (select from purchase_order o where o.id = i.order_id)""");
        check(found, "stock not reserved exactly once", """
                select s.sku || ': ordered ' || coalesce(sum(l.quantity), 0) || ', reserved ' || s.reserved
                from stock_item s left join order_line l on l.sku = s.sku
                group by s.sku having s.reserved <> coalesce(sum(l.quantity), 0)""");
        check(found, "group whose position is not the number of orders", """
                select group_id || ': ' || position || ' of ' || head from pgmb.group_status
                where position <> head or head <> (select count(*) from purchase_order)""");
        check(found, "progress that does not begin where the last ended", """
                select format('group %s: %s after %s', group_no, from_pos, before) from (
                  select group_no, from_pos,
                    lag(to_pos, 1, from_pos) over (partition by group_no, generation order by from_pos) as before
                  from pgmb.progress
                ) p where before <> from_pos""");
        return found;
    }

    private Object named(Outcome outcome) {
        return ledger.outcomes().entrySet().stream()
                .filter(entry -> entry.getValue() == outcome)
                .map(entry -> entry.getKey())
                .toArray(String[]::new);
    }

    private void check(List<String> found, String what, String sql, Object... parameters) {
        database.texts(sql, parameters).forEach(which -> found.add(what + ": " + which));
    }
}
