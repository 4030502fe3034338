package io.github.pgmb.internal.cdi;

import io.github.pgmb.internal.engine.Settings;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * All settings of a web module, valid.
 *
 * @param handlers by the names of the handlers
 * @param texts of the settings that all modules of an application share, by key, as they were read
 */
record ModuleSettings(
        Settings engine,
        DeploymentSettings deployment,
        Map<String, HandlerSettings> handlers,
        Map<String, String> texts) {

    /** The shared settings in which another module differs, for people: "pgmb.group-id (shop, office)"; empty if in none. */
    String differences(ModuleSettings other) {
        return texts.entrySet().stream()
                .filter(setting -> !Objects.equals(setting.getValue(), other.texts.get(setting.getKey())))
                .map(setting ->
                        setting.getKey() + " (" + setting.getValue() + ", " + other.texts.get(setting.getKey()) + ")")
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
