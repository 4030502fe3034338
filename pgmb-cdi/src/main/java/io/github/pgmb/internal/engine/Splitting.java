package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.StoredEvent;
import io.github.pgmb.internal.engine.Part.Parsed;
import jakarta.json.JsonPointer;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** Cuts a batch into parts that fail each on their own: events with the same value at one place. Thread-safe. */
final class Splitting {

    private final Optional<JsonPointer> place;

    private Splitting(Optional<JsonPointer> place) {
        this.place = place;
    }

    static Splitting by(Optional<String> pointer) {
        return new Splitting(pointer.map(text -> JsonProvider.provider().createPointer(text)));
    }

    /** In the order of their first events; those without a value are a part as well. */
    List<Part> parts(List<Parsed> events) {
        if (place.isEmpty() || events.size() == 1) {
            return List.of(new Part(events));
        }
        var json = JsonProvider.provider();
        var parts = new LinkedHashMap<JsonValue, List<Parsed>>();
        for (var event : events) {
            parts.computeIfAbsent(value(place.get(), event.stored(), json), value -> new ArrayList<>())
                    .add(event);
        }
        return parts.values().stream().map(Part::new).toList();
    }

    private static JsonValue value(JsonPointer place, StoredEvent event, JsonProvider json) {
        try {
            var whole = json.createObjectBuilder()
                    .add("id", event.id())
                    .add("topic", event.topic())
                    .add("payload", parsed(event.payload(), json));
            if (event.metadata() != null) {
                whole.add("metadata", parsed(event.metadata(), json));
            }
            return place.getValue(whole.build());
        } catch (RuntimeException | StackOverflowError leadsNowhere) {
            // Or it is nested more deeply than the parser follows, which providers say by exceptions of any class.
            return JsonValue.NULL;
        }
    }

    private static JsonValue parsed(String text, JsonProvider json) {
        try (var reader = json.createReader(new StringReader(text))) {
            return reader.readValue();
        }
    }
}
