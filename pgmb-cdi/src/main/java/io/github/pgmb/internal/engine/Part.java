package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.StoredEvent;
import java.util.List;

/** Events that one call of the handler receives, and that fail together. In order, never empty. */
record Part(List<Parsed> events) {

    /** An event, and what the handler takes for it. */
    record Parsed(StoredEvent stored, Object event) {}

    List<StoredEvent> stored() {
        return events.stream().map(Parsed::stored).toList();
    }

    List<Object> taken() {
        return events.stream().map(Parsed::event).toList();
    }

    List<String> ids() {
        return events.stream().map(parsed -> parsed.stored().id()).toList();
    }
}
