package io.github.pgmb.sql;

import java.sql.SQLException;
import java.util.Collections;
import java.util.List;

/** A client in another language, as far as the database can tell: it sends nothing but the statements of the contract. */
final class ContractClient {
    record Event(String id, String topic, String payload) {}

    private static final String STALE_CURSOR = "PM010";

    private final Session session;
    private final String group;
    private String cursor;

    ContractClient(Session session, String group) {
        this.session = session;
        this.group = group;
    }

    String subscribe(String condition, String params, String expiry) throws SQLException {
        session.run("insert into pgmb.subscription_groups (id) values (?) on conflict do nothing", group);
        return session.text(
                "insert into pgmb.subscriptions as s (group_id, conditions_sql, params, expiry_interval)"
                        + " values (?, ?, ?::jsonb, ?::interval)"
                        + " on conflict (identity) do update set expiry_interval = excluded.expiry_interval,"
                        + " last_active_at = now() returning id",
                group,
                condition,
                params,
                expiry);
    }

    void stayActive(String subscription) throws SQLException {
        session.run("update pgmb.subscriptions set last_active_at = now() where id in (?)", subscription);
    }

    void unsubscribe(String subscription) throws SQLException {
        session.run("delete from pgmb.subscriptions where id in (?)", subscription);
    }

    List<String> deleteExpired() throws SQLException {
        return session.column("delete from pgmb.subscriptions where expiry_interval is not null"
                + " and pgmb.add_interval_imm(last_active_at, expiry_interval) < now() returning id");
    }

    /** Their ids. */
    List<String> publish(List<String> topics) throws SQLException {
        return session.column(
                "insert into pgmb.events (topic, payload, metadata) select t, p, m"
                        + " from unnest(?::text[], ?::jsonb[], ?::jsonb[]) as u (t, p, m) returning id",
                array(topics),
                array(Collections.nCopies(topics.size(), "1")),
                array(Collections.nCopies(topics.size(), "null")));
    }

    /** Their ids. */
    List<String> publishWithIds(List<String> topics) throws SQLException {
        return session.column(
                "insert into pgmb.events (id, topic, payload, metadata)"
                        + " select pgmb.create_event_id(coalesce(ts, clock_timestamp()), pgmb.create_random_bigint()), t, p, m"
                        + " from unnest(?::timestamptz[], ?::text[], ?::jsonb[], ?::jsonb[]) as u (ts, t, p, m) returning id",
                array(Collections.nCopies(topics.size(), "null")),
                array(topics),
                array(Collections.nCopies(topics.size(), "1")),
                array(Collections.nCopies(topics.size(), "null")));
    }

    int poll() throws SQLException {
        return (int) session.number("select pgmb.poll_for_events()");
    }

    /** After those it has read last; after those that are stored if it was replaced meanwhile, or has just begun. */
    List<Event> next(int atMost) throws SQLException {
        List<List<String>> rows;
        try {
            rows = session.rows(
                    "select id, topic, payload, next_cursor from pgmb.read_next_events(?, ?::pgmb.event_id, ?)",
                    group,
                    cursor,
                    atMost);
        } catch (SQLException e) {
            if (!STALE_CURSOR.equals(e.getSQLState())) {
                throw e;
            }
            cursor = null;
            return next(atMost);
        }
        if (!rows.isEmpty()) {
            cursor = rows.get(0).get(3);
        }
        return rows.stream()
                .map(row -> new Event(row.get(0), row.get(1), row.get(2)))
                .toList();
    }

    /** Together with an effect; false, and neither, if it was replaced meanwhile. */
    boolean store(Effect effect, boolean andRelease) throws SQLException {
        session.begin();
        try {
            effect.on(session);
            session.rows("select pgmb.set_group_cursor(?, ?::pgmb.event_id, ?)", group, cursor, andRelease);
            session.commit();
            return true;
        } catch (SQLException e) {
            session.rollback();
            cursor = null;
            if (STALE_CURSOR.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    interface Effect {
        void on(Session session) throws SQLException;
    }

    void release() throws SQLException {
        session.rows("select pgmb.release_group_lock(?)", group);
        cursor = null;
    }

    void configure(String key, String value) throws SQLException {
        session.run("update pgmb.config set value = ? where id = ?::pgmb.config_type", value, key);
    }

    List<String> topicsOf(List<String> ids) throws SQLException {
        return session.column(
                "select topic from (select id, topic, payload, metadata from pgmb.events where id = any(?::pgmb.event_id[]))"
                        + " e order by id",
                array(ids));
    }

    private static String array(List<String> values) {
        return "{" + String.join(",", values) + "}";
    }
}
