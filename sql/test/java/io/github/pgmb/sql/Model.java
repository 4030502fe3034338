package io.github.pgmb.sql;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the broker must have done, for two sessions whose steps follow one another: a session's own transaction in progress is its
 * {@link Pending} state, which a commit makes everybody's.
 */
final class Model {
    /** What is committed: groups with what they received; events that wait for a tick, and those that wait for their time. */
    final Map<String, List<String>> received = new LinkedHashMap<>();

    private final Set<String> subscribed = new HashSet<>();
    private final List<Published> waiting = new ArrayList<>();
    private final List<Published> scheduled = new ArrayList<>();
    private final Pending[] pending = {null, null};

    private record Published(String id, int order) {
        /** Ids begin with their time. */
        String due() {
            return id.substring(0, 15);
        }

        boolean isDue(String present) {
            return due().compareTo(present) <= 0;
        }
    }

    private static final class Pending {
        final List<Published> published = new ArrayList<>();
        final List<Published> dispatched = new ArrayList<>();
        final List<Published> scheduled = new ArrayList<>();
        final List<Published> unscheduled = new ArrayList<>();
        final Set<String> subscribed = new HashSet<>();
        final Set<String> unsubscribed = new HashSet<>();
        final Map<String, List<String>> received = new LinkedHashMap<>();
        int savepoint;
    }

    private int published;

    boolean isInTransaction(int session) {
        return pending[session] != null;
    }

    /** What a session sees scheduled, and nobody else is about to cancel; next first. */
    List<String> scheduled(int session) {
        return scheduledFor(session).stream().map(Published::id).toList();
    }

    private List<Published> scheduledFor(int session) {
        List<Published> visible = new ArrayList<>(scheduled);
        for (int who = 0; who < pending.length; who++) {
            if (isInTransaction(who)) {
                visible.removeAll(pending[who].unscheduled);
            }
        }
        if (isInTransaction(session)) {
            visible.addAll(pending[session].scheduled);
            visible.removeAll(pending[session].unscheduled);
        }
        visible.sort(Comparator.comparing(Published::due).thenComparing(Published::order));
        return visible;
    }

    void begin(int session) {
        pending[session] = new Pending();
    }

    void commit(int session) {
        Pending committed = pending[session];
        pending[session] = null;
        waiting.addAll(committed.published);
        waiting.removeAll(committed.dispatched);
        scheduled.addAll(committed.scheduled);
        scheduled.removeAll(committed.unscheduled);
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

    void cancel(int session, String id) {
        inTransaction(
                session,
                own -> scheduledFor(session).stream()
                        .filter(event -> event.id().equals(id))
                        .forEach(own.unscheduled::add));
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

    /**
     * Dispatches what is committed and due, in the order of insertion, to whom this session sees subscribed; what is due later is
     * scheduled. Then inserts what is due of that; returns whether there was any.
     *
     * @param present the first 15 characters of the ids of this moment
     */
    boolean tick(int session, String present) {
        List<Published> due = new ArrayList<>();
        inTransaction(session, own -> {
            dispatch(own, present);
            scheduledFor(session).stream().filter(event -> event.isDue(present)).forEach(due::add);
            own.unscheduled.addAll(due);
            due.forEach(event -> own.published.add(new Published(event.id(), ++published)));
        });
        return !due.isEmpty();
    }

    private void dispatch(Pending own, String present) {
        List<Published> window = new ArrayList<>(waiting);
        window.removeAll(own.dispatched);
        window.sort((a, b) -> Integer.compare(a.order(), b.order()));
        Set<String> groups = new HashSet<>(subscribed);
        groups.addAll(own.subscribed);
        groups.removeAll(own.unsubscribed);
        own.dispatched.addAll(window);
        Map<Boolean, List<Published>> byDue =
                window.stream().collect(Collectors.partitioningBy(event -> event.isDue(present)));
        own.scheduled.addAll(byDue.get(false));
        List<String> ids = byDue.get(true).stream().map(Published::id).toList();
        groups.forEach(group ->
                own.received.computeIfAbsent(group, g -> new ArrayList<>()).addAll(ids));
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
