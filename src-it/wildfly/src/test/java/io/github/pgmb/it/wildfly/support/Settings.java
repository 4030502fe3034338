package io.github.pgmb.it.wildfly.support;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jboss.shrinkwrap.api.asset.StringAsset;

/** A configuration file of MicroProfile. */
final class Settings {

    static final String FILE = "META-INF/microprofile-config.properties";

    private final Map<String, String> values = new LinkedHashMap<>();

    void set(String key, String value) {
        values.put(key, value);
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    /** What an application needs that joins this group. Nobody waits for a test. */
    void ofGroup(String id) {
        set("pgmb.group-id", id);
        set("pgmb.datasource", Archives.DATA_SOURCE);
        set("pgmb.poll-events-interval-ms", "100");
        set("pgmb.read-events-interval-ms", "100");
    }

    StringAsset asset() {
        return new StringAsset(values.entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue())
                .collect(Collectors.joining("\n")));
    }
}
