package io.github.pgmb.it.cluster;

import java.util.List;

/**
 * What the application and the broker have in the database, and triggers that make its handlers slow enough to be hit in the
 * middle of their work and count how often they begin.
 */
final class Shop {

    static final String INVOICING = "shop:invoicing";
    static final String STOCK = "shop:stock-reservation";

    private final Database database;

    Shop(Database database) {
        this.database = database;
    }

    /** Needs the application's tables. */
    void slowDownHandlers() {
        database.execute("""
                create schema cluster_test;
                grant usage on schema cluster_test to shop;
                create table cluster_test.delay (handler_of text primary key, ms int not null);
                insert into cluster_test.delay values ('invoice', 0), ('stock_item', 0);
                grant select on cluster_test.delay to shop;
                -- Sequences do not roll back: they count attempts.
                create sequence cluster_test.invoice_attempts minvalue 0 start 0;
                create sequence cluster_test.stock_item_attempts minvalue 0 start 0;
                select nextval('cluster_test.invoice_attempts'), nextval('cluster_test.stock_item_attempts');
                grant usage on all sequences in schema cluster_test to shop;
                create function cluster_test.slow_down() returns trigger language plpgsql as $$
                begin
                  perform nextval('cluster_test.' || tg_table_name || '_attempts');
                  perform pg_sleep(d.ms / 1000.0) from cluster_test.delay d where d.handler_of = tg_table_name;
                  return new;
                end
                $$;
                create trigger slow_down after insert on public.invoice
                  for each row execute function cluster_test.slow_down();
                create trigger slow_down after update on public.stock_item
                  for each row when (new.sku <> 'CUP') execute function cluster_test.slow_down();
                """);
    }

    /** For each invoice, and for each reservation of an item. */
    void handlersTake(int invoiceMs, int reservationMs) {
        database.execute(
                "update cluster_test.delay set ms = case handler_of when 'invoice' then ? else ? end",
                invoiceMs,
                reservationMs);
    }

    /** How many invoices were begun. */
    long invoiceAttempts() {
        return database.number("select last_value from cluster_test.invoice_attempts");
    }

    /** How many reservations of items that are not cups were begun. */
    long reservationAttempts() {
        return database.number("select last_value from cluster_test.stock_item_attempts");
    }

    /** Adds the items that these orders ask for. */
    void stockUp(List<Order> orders) {
        database.execute(
                "insert into stock_item (sku, name, price, available) select o, o, 1, 1 from unnest(?) o",
                (Object) orders.stream().map(Order::name).toArray(String[]::new));
    }

    long orders() {
        return database.number("select count(*) from purchase_order");
    }

    long invoices() {
        return database.number("select count(*) from invoice");
    }

    /** The open transactions of handlers that are writing to this table: their ids, which {@link #outcome} understands. */
    List<String> writing(String table) {
        return database.texts("""
                select backend_xid::text from pg_stat_activity
                where state in ('active', 'idle in transaction') and backend_xid is not null and usename = 'shop'
                  and query ilike '%' || ? || '%'""", table);
    }

    /** {@code committed}, {@code aborted}, or {@code in progress}. */
    String outcome(String transaction) {
        return database.texts("select pg_xact_status(?::xid8)", transaction).get(0);
    }

    String owner(String group) {
        return database.texts("select coalesce(owner, 'none') from pgmb.group_status where group_id = ?", group)
                .get(0);
    }

    /** The groups whose owner is this node. */
    List<String> ownedBy(Node node) {
        return database.texts(
                "select group_id from pgmb.group_status where owner like ? || '-%'", Long.toString(node.pid()));
    }

    /** Of all groups. */
    List<String> epochs() {
        return database.texts("select group_id || ' ' || epoch from pgmb.group_status order by group_id");
    }

    /** Nodes whose lease is valid. */
    List<String> liveNodes() {
        return database.texts("select node from pgmb.nodes where pgmb.is_lease_valid(renewed_at, lease)");
    }

    /** Groups whose owner is alive. */
    List<String> ownedGroups() {
        return database.texts("select group_id from pgmb.group_status where owner_alive order by group_id");
    }

    /** By the database's clock, in seconds. */
    double now() {
        return database.seconds("select extract(epoch from clock_timestamp())");
    }

    /** When the group was taken over last. */
    double takenAt(String group) {
        return database.seconds("""
                select extract(epoch from o.taken_at) from pgmb.group_owner o
                join pgmb.subscription_groups g on g.no = o.group_no where g.id = ?""", group);
    }

    /** When the first invoice was made after that moment; 0 if none was. */
    double firstInvoiceAfter(double moment) {
        return database.seconds("""
                select coalesce(extract(epoch from min(issued_at)), 0) from invoice
                where issued_at > to_timestamp(?)""", moment);
    }

    /** Whether everything that has committed is dispatched and handled. */
    boolean isQuiet() {
        return database.number("""
                select (select sum(lag) from pgmb.group_status)
                  + (select count(*) from purchase_order) - least((select min(head) from pgmb.group_status),
                     (select count(*) from purchase_order))""") == 0;
    }

    String standing() {
        return String.join("; ", database.texts("""
                select format('%s at %s of %s, owner %s (alive: %s), epoch %s', group_id, position, head, owner, owner_alive, epoch)
                from pgmb.group_status order by group_id"""));
    }
}
