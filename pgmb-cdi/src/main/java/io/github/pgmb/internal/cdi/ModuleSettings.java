package io.github.pgmb.internal.cdi;

import io.github.pgmb.internal.engine.Settings;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All settings of a web module, valid.
 *
 * @param handlers by the names of the handlers
 */
record ModuleSettings(Settings engine, DeploymentSettings deployment, Map<String, HandlerSettings> handlers) {

    /** The settings of the whole application in which another module differs, for people: "groupId (shop, office)". */
    String differences(ModuleSettings other) {
        return Stream.concat(
                        differences(Settings.class, engine, other.engine),
                        differences(DeploymentSettings.class, deployment, other.deployment))
                .collect(Collectors.joining(", "));
    }

    private static Stream<String> differences(Class<? extends Record> type, Record first, Record second) {
        return Arrays.stream(type.getRecordComponents())
                .filter(component -> !Objects.equals(value(component, first), value(component, second)))
                .map(component ->
                        component.getName() + " (" + value(component, first) + ", " + value(component, second) + ")");
    }

    private static Object value(RecordComponent component, Record settings) {
        try {
            return component.getAccessor().invoke(settings);
        } catch (ReflectiveOperationException unreachable) {
            throw new IllegalStateException(unreachable);
        }
    }
}
