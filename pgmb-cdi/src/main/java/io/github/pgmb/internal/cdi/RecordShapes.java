package io.github.pgmb.internal.cdi;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Shapes already seen; as long-lived as the mapper, so that it keeps no class of an undeployed application. */
final class RecordShapes {

    private final Map<Class<?>, RecordShape> known = new ConcurrentHashMap<>();

    RecordShape of(Class<?> type) {
        return known.computeIfAbsent(type, RecordShape::of);
    }
}
