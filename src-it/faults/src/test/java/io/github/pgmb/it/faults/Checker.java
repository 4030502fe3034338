package io.github.pgmb.it.faults;

import io.github.pgmb.it.faults.Ledgers.Delivery;
import io.github.pgmb.it.faults.node.HandlerSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares what nodes noted with what is in the database, once all is quiet. I1 to I5 are the invariants of the design. */
final class Checker {

    private static final int MOST_NAMED = 5;

    private final Rig rig;
    private final Ledgers ledgers;
    private final List<String> findings = new ArrayList<>();
    /** In the order of the log: by id the batch that the event is of. */
    private final Map<String, String> log = new LinkedHashMap<>();

    Checker(Rig rig, Ledgers ledgers) {
        this.rig = rig;
        this.ledgers = ledgers;
        rig
                .database()
                .list("select id || ' ' || (payload ->> 'p') || '#' || (payload ->> 'b') from pgmb.events order by seq")
                .stream()
                .map(row -> row.split(" ", -1))
                .forEach(row -> log.put(row[0], row[1]));
    }

    /** Everything that must hold whatever happened; empty if all does. */
    List<String> findings() {
        batchesAreAllOrNothing();
        deliveriesAreOfTheLog();
        rig.options().handlers().forEach(this::everythingIsHandled);
        effectsAreThereOnce();
        rig.options().handlers().forEach(this::firstAttemptsAreInOrder);
        effectsAreInOrder();
        publishersAreInOrder();
        progressIsUnbroken();
        query("dead letter", "select group_id || ' ' || event_id || ': ' || message from pgmb.dead_letters");
        return findings;
    }

    /** I1 and I2, at the publisher's side. */
    void batchesAreAllOrNothing() {
        var stored = log.values().stream().collect(Collectors.groupingBy(batch -> batch, Collectors.counting()));
        var wrong = new ArrayList<String>();
        ledgers.batches().forEach((key, batch) -> {
            var there = stored.getOrDefault(key, 0L);
            var right = switch (batch.outcome()) {
                case "OK" -> there == batch.size();
                case "FAIL" -> there == 0;
                default -> there == 0 || there == batch.size();
            };
            if (!right) {
                wrong.add(key + " is " + batch.outcome() + ", " + there + " of " + batch.size() + " are stored");
            }
        });
        add("batch that is not what its publisher was told", wrong);
    }

    private void deliveriesAreOfTheLog() {
        add(
                "delivered, and never committed (I2)",
                ledgers.deliveries().stream()
                        .map(Delivery::eventId)
                        .filter(id -> !log.containsKey(id))
                        .distinct()
                        .toList());
    }

    private void everythingIsHandled(HandlerSpec handler) {
        var handled = ledgers.deliveries().stream()
                .filter(d -> d.handler().equals(handler.name()) && d.acked())
                .map(Delivery::eventId)
                .collect(Collectors.toSet());
        add(
                "never handled by " + handler.name() + " (I1)",
                log.keySet().stream().filter(id -> !handled.contains(id)).toList());
    }

    /** Transactional handlers have one effect for each event, no more and no less. */
    void effectsAreThereOnce() {
        for (var handler : transactional()) {
            query("not exactly one effect of " + handler.name(), """
                    select e.id || ': ' || count(f.event_id)
                    from pgmb.events e left join faults.effects f on f.event_id = e.id and f.handler = ?
                    group by e.id having count(f.event_id) <> 1""", handler.name());
        }
    }

    private List<HandlerSpec> transactional() {
        return rig.options().handlers().stream()
                .filter(HandlerSpec::isTransactional)
                .toList();
    }

    /** I4: whoever gets an event for the first time has had, or somebody has, all before it. */
    private void firstAttemptsAreInOrder(HandlerSpec handler) {
        var seen = new HashSet<String>();
        var wrong = new ArrayList<String>();
        var last = new HashMap<String, Long>();
        for (var delivery : ledgers.deliveries()) {
            if (delivery.handler().equals(handler.name()) && seen.add(delivery.eventId()) && delivery.position() > 0) {
                var before = last.put(part(handler, delivery.eventId()), delivery.position());
                if (before != null && before > delivery.position()) {
                    wrong.add(delivery + " after " + before);
                }
            }
        }
        add("out of order (I4)", wrong);
    }

    /** Within which events have an order: all of a handler, or those of one publisher where it splits its batches. */
    private String part(HandlerSpec handler, String eventId) {
        return handler.splits() ? log.getOrDefault(eventId, "").replaceFirst("#.*", "") : "";
    }

    /** I4 for effects: those of events that did not fail, and where failures block, all. */
    private void effectsAreInOrder() {
        for (var handler : transactional()) {
            var positions = ledgers.positions(handler.name());
            var wrong = new ArrayList<String>();
            var last = new HashMap<String, Long>();
            for (var effect : rig.database()
                    .list(
                            "select event_id || ' ' || position from faults.effects where handler = ? order by no",
                            handler.name())) {
                var parts = effect.split(" ", -1);
                var isFirst = Long.parseLong(parts[1]) > 0;
                var position = positions.get(parts[0]);
                if (position != null && (isFirst || handler.blocks())) {
                    var before = last.put(part(handler, parts[0]), position);
                    if (before != null && before > position) {
                        wrong.add(handler.name() + ": " + position + " after " + before);
                    }
                }
            }
            add("effect out of order (I4)", wrong);
        }
    }

    /** I4: what a publisher sent one after the other, and knows to be stored, has that order in the log. */
    private void publishersAreInOrder() {
        var last = new HashMap<String, Integer>();
        var wrong = new ArrayList<String>();
        log.values().stream().distinct().forEach(key -> {
            var batch = ledgers.batches().get(key);
            if (batch != null && batch.outcome().equals("OK")) {
                var parts = key.split("#", -1);
                var number = Integer.valueOf(parts[1]);
                if (last.getOrDefault(parts[0], -1) > number) {
                    wrong.add(key + " after " + last.get(parts[0]));
                }
                last.put(parts[0], number);
            }
        });
        add("batches not in the order of their publisher (I4)", wrong);
    }

    /** I5 and I6: each acknowledgement starts where the last one ended. */
    void progressIsUnbroken() {
        query("progress that does not begin where the last ended (I5)", """
                select format('group %s: %s after %s', group_no, from_pos, before) from (
                  select group_no, from_pos,
                    lag(to_pos, 1, from_pos) over (partition by group_no, generation order by from_pos) as before
                  from pgmb.progress where from_pos >= 0
                ) p where before <> from_pos""");
    }

    /** I5 and I3, as far as somebody looked: what was acknowledged before is not delivered any more. */
    void acknowledgedIsNotDelivered(Watch watch) {
        add("position that moved back (I5)", watch.steppedBack());
        var excused = inFlightWhenFrozen();
        add(
                "delivered after it was acknowledged (I3)",
                ledgers.deliveries().stream()
                        .filter(d -> d.position() > 0 && d.position() <= watch.acknowledgedBefore(d.handler(), d.at()))
                        .filter(d -> !excused.contains(call(d)))
                        .map(Delivery::toString)
                        .toList());
    }

    /** A process can be frozen between its last look at its lease and the call of a handler: one call for each handler. */
    private Set<String> inFlightWhenFrozen() {
        var excused = new HashSet<String>();
        rig.faults()
                .thaws()
                .values()
                .forEach(thaws -> thaws.forEach(thaw -> {
                    var first = new HashSet<String>();
                    for (var delivery : ledgers.deliveries()) {
                        if (delivery.at() > thaw && first.add(delivery.life() + delivery.handler())) {
                            excused.add(call(delivery));
                        }
                    }
                }));
        return excused;
    }

    private static String call(Delivery delivery) {
        return delivery.life() + " " + delivery.handler() + " " + delivery.call();
    }

    private void query(String what, String sql, Object... arguments) {
        add(what, rig.database().list(sql, arguments));
    }

    private void add(String what, List<String> which) {
        if (!which.isEmpty()) {
            findings.add(which.size() + " x " + what + ": "
                    + which.stream().limit(MOST_NAMED).collect(Collectors.joining("; ")));
        }
    }

    /** How many batches are stored whose publisher does not know. */
    long storedOfUnknown() {
        return log.values().stream()
                .distinct()
                .filter(key -> ledgers.batches().containsKey(key)
                        && ledgers.batches().get(key).outcome().equals("UNKNOWN"))
                .count();
    }

    List<String> findingsSoFar() {
        return List.copyOf(findings);
    }

    int events() {
        return log.size();
    }
}
