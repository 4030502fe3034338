package io.github.pgmb.internal.cdi;

import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Why modules cannot do their part; each reason is logged once. Thread-safe. */
final class ModuleProblems {

    private static final System.Logger LOG = System.getLogger("io.github.pgmb");

    private final Map<String, String> refused = new LinkedHashMap<>();
    private final Map<String, String> differing = new LinkedHashMap<>();
    private @Nullable String missing;
    private @Nullable String notStarted;

    /** A module's settings are wrong, or it lacks what they name. */
    synchronized void refused(String module, @Nullable String reason) {
        var message = reason + " Events are not delivered.";
        if (!message.equals(refused.put(module, message))) {
            LOG.log(Level.ERROR, message);
        }
    }

    /** The container refused what the engine needs; tried again when a module comes, or {@code Broker.start()} is called. */
    synchronized void notStarted(RuntimeException failure) {
        var message = SettingError.NOT_STARTED.text(
                "the engine did not start, and events are not delivered: " + failure.getMessage());
        if (!message.equals(notStarted)) {
            notStarted = message;
            LOG.log(Level.ERROR, message, failure);
        }
    }

    /** A module has other settings than those that came before it. */
    synchronized void differs(String module, String differences) {
        var message = SettingError.MODULES_DIFFER.text("web module " + module
                + " has other settings than the modules before it: " + differences
                + ". Accepted: the same in all modules of an application, or pgmb.group-id in one of them only."
                + " The handlers of this module receive nothing.");
        if (differing.put(module, message) == null) {
            LOG.log(Level.ERROR, message);
        }
    }

    /** No module so far names the group id; another one may. */
    synchronized void missing(String message) {
        if (missing == null) {
            missing = message;
            LOG.log(
                    Level.WARNING,
                    message + " Events are not delivered, unless another module of the application has settings.");
        }
    }

    /** The engine runs: what has kept it from that does so no more. */
    synchronized void started() {
        missing = null;
        notStarted = null;
    }

    synchronized Optional<String> text() {
        var all = Stream.of(
                        Stream.ofNullable(missing),
                        Stream.ofNullable(notStarted),
                        refused.values().stream(),
                        differing.values().stream())
                .flatMap(messages -> messages)
                .distinct()
                .collect(Collectors.joining(" "));
        return Optional.of(all).filter(text -> !text.isEmpty());
    }
}
