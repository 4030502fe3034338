package io.github.pgmb.sql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the broker must have done, for two sessions whose steps follow one another: a session's own transaction in progress is its
 * {@link Pending} state, which a commit makes everybody's.
 */
final class Model {
    /** What is committed: groups with what they received; events that wait for a tick. */
    final Map<String, List<String>> received = new LinkedHashMap<>();

    private final Set<String> subscribed = new HashSet<>();
    private final List<Published> waiting = new ArrayList<>();
    private final Pending[] pending = {null, null};

    private record Published(String id, int order) {}

    private static final class Pending {
        final List<Published> published = new ArrayList<>();
        final List<Published> dispatched = new ArrayList<>();
        final Set<String> subscribed = new HashSet<>();
        final Set<String> unsubscribed = new HashSet<>();
        final Map<String, List<String>> received = new LinkedHashMap<>();
        int savepoint;
    }

    private int published;

    boolean isInTransaction(int session) {
        return pending[session] != null;
    }

    void begin(int session) {
        pending[session] = new Pending();
    }

    void commit(int session) {
        Pending committed = pending[session];
        pending[session] = null;
        waiting.addAll(committed.published);
        waiting.removeAll(committed.dispatched);
        subscribed.addAll(committed.subscribed);
        subscribed.removeAll(committed.unsubscribed);
        committed.received.forEach((group, ids) ->
                received.computeIfAbsent(group, g -> new ArrayList<>()).addAll(ids));
    }

    void rollback(int session) {
        pending[session] = null;
    }

    void publish(int session, String id) {
        inTransaction(session, own -> own.published.add(new Published(id, ++published)));
    }

    void savepoint(int session) {
        pending[session].savepoint = pending[session].published.size();
    }

    void rollbackToSavepoint(int session) {
        List<Published> own = pending[session].published;
        own.subList(Math.min(pending[session].savepoint, own.size()), own.size())
                .clear();
    }

    void subscribe(int session, String group) {
        inTransaction(session, own -> {
            own.subscribed.add(group);
            own.unsubscribed.remove(group);
        });
    }

    void unsubscribe(int session, String group) {
        inTransaction(session, own -> {
            own.subscribed.remove(group);
            own.unsubscribed.add(group);
        });
    }

    /** Dispatches what is committed, in the order of insertion, to whom this session sees subscribed. */
    void tick(int session) {
        inTransaction(session, own -> {
            List<Published> window = new ArrayList<>(waiting);
            window.removeAll(own.dispatched);
            window.sort((a, b) -> Integer.compare(a.order(), b.order()));
            Set<String> groups = new HashSet<>(subscribed);
            groups.addAll(own.subscribed);
            groups.removeAll(own.unsubscribed);
            List<String> ids = window.stream().map(Published::id).toList();
            groups.forEach(group ->
                    own.received.computeIfAbsent(group, g -> new ArrayList<>()).addAll(ids));
            own.dispatched.addAll(window);
        });
    }

    private interface Step {
        void on(Pending own);
    }

    /** In the session's transaction, or in one for this step only. */
    private void inTransaction(int session, Step step) {
        boolean single = !isInTransaction(session);
        if (single) {
            begin(session);
        }
        step.on(pending[session]);
        if (single) {
            commit(session);
        }
    }
}
