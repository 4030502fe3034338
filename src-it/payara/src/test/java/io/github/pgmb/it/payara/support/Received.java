package io.github.pgmb.it.payara.support;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the handlers of an application were called with, in the order of the calls. */
@ApplicationScoped
public class Received {

    private final Map<String, List<Call>> calls = new ConcurrentHashMap<>();

    private record Call(Object argument, Instant at) {}

    /** Returns how many calls of this handler there have been, with this one. */
    public int add(String handler, Object argument) {
        var known = calls(handler);
        known.add(new Call(argument, Instant.now()));
        return known.size();
    }

    public List<Object> by(String handler) {
        return calls(handler).stream().map(Call::argument).toList();
    }

    /** The time between one call and the next. */
    public List<Duration> pauses(String handler) {
        var known = calls(handler);
        var pauses = new ArrayList<Duration>();
        for (var i = 1; i < known.size(); i++) {
            pauses.add(Duration.between(known.get(i - 1).at, known.get(i).at));
        }
        return pauses;
    }

    private List<Call> calls(String handler) {
        return calls.computeIfAbsent(handler, name -> new CopyOnWriteArrayList<>());
    }
}
