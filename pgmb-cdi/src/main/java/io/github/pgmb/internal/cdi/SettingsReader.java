package io.github.pgmb.internal.cdi;

import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.cdi.DeploymentSettings.Start;
import io.github.pgmb.internal.engine.Settings;
import io.github.pgmb.internal.engine.Settings.SchemaMigration;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;

/** The settings that there are, with their defaults and bounds; {@code docs/} lists them for users. */
final class SettingsReader {

    private static final Pattern GROUP_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final int HOUR = 3_600_000;
    private static final int DAY = 24 * HOUR;
    private static final String GROUP = "pgmb.group-id";
    private static final String LEASE = "pgmb.lease-ms";
    private static final String READ_INTERVAL = "pgmb.read-events-interval-ms";

    private final Config config;

    SettingsReader(Config config) {
        this.config = config;
    }

    /**
     * Reads and checks all settings, also those that {@link #deployment()} returns.
     *
     * @param handlers the names of the handlers that may have settings of their own
     * @throws PgmbException naming everything that is wrong
     */
    ModuleSettings read(Collection<String> handlers) {
        var values = new SettingValues(config);
        var engine = settings(values);
        requireReadsWithinLease(engine, values);
        var deployment = deployment(values);
        var ofApplication = values.texts();
        var read =
                new ModuleSettings(engine, deployment, new HandlerSettingsReader(values).read(handlers), ofApplication);
        values.check();
        return read;
    }

    /** What is set but means nothing, perhaps by a slip; as far as the server tells the names of all settings. */
    List<String> unknown(Collection<String> handlers) {
        var values = new SettingValues(config);
        settings(values);
        deployment(values);
        new HandlerSettingsReader(values).read(handlers);
        return values.unknown("pgmb.");
    }

    private static void requireReadsWithinLease(Settings settings, SettingValues values) {
        if (settings.readEventsInterval().compareTo(settings.lease()) > 0) {
            values.contradiction(READ_INTERVAL + " is "
                    + settings.readEventsInterval().toMillis()
                    + ", which exceeds " + LEASE + " (" + settings.lease().toMillis()
                    + "): a node must look for its groups at least once per lease.");
        }
    }

    /** None of these can be wrong in a way that keeps an application from publishing. */
    DeploymentSettings deployment() {
        return deployment(new SettingValues(config));
    }

    /** Whether there is a group id, by which a module says that it has settings. */
    boolean namesGroup() {
        return groupId().isPresent();
    }

    Optional<String> groupId() {
        return Optional.of(new SettingValues(config).text(GROUP, "")).filter(group -> !group.isEmpty());
    }

    private static Settings settings(SettingValues values) {
        return new Settings(
                values.required(GROUP, GROUP_ID, "1 to 100 letters, digits, '.', '_' and '-', first a letter or digit"),
                Duration.ofMillis(values.numberOrZero("pgmb.poll-events-interval-ms", 500, 10, HOUR)),
                Duration.ofMillis(values.number(READ_INTERVAL, 500, 10, HOUR)),
                values.number("pgmb.read-chunk-size", 1000, 1, 10_000),
                Duration.ofMillis(values.numberOrZero("pgmb.table-maintenance-interval-ms", 60_000, 1000, DAY)),
                Duration.ofMillis(values.number(LEASE, 10_000, 2000, 600_000)),
                values.number("pgmb.handler-threads", 16, 1, 256),
                Duration.ofMillis(values.number("pgmb.drain-timeout-ms", 30_000, 0, HOUR)),
                values.choice("pgmb.schema.migrate", SchemaMigration.UPDATE));
    }

    private static DeploymentSettings deployment(SettingValues values) {
        return new DeploymentSettings(
                values.text("pgmb.datasource", "java:comp/DefaultDataSource"),
                values.text("pgmb.thread-factory", "java:comp/DefaultManagedThreadFactory"),
                values.text("pgmb.scheduled-executor", "java:comp/DefaultManagedScheduledExecutorService"),
                values.choice("pgmb.start", Start.AUTO));
    }
}
