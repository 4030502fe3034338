package io.github.pgmb.internal.cdi;

import io.github.pgmb.OnFailure;
import io.github.pgmb.Retry;
import io.github.pgmb.internal.cdi.FailureSettings.Growth;
import io.github.pgmb.internal.engine.RetryPlan;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The settings that each handler may have for itself, and those that hold for all which have none. */
final class HandlerSettingsReader {

    private static final String OF_ALL = "pgmb.";
    private static final String MAX_LAG = "health.max-lag";
    private static final int MOST_ATTEMPTS = 1_000_000;

    private final SettingValues values;

    HandlerSettingsReader(SettingValues values) {
        this.values = values;
    }

    Map<String, HandlerSettings> read(Collection<String> names) {
        var maxLag = values.numberOrZero(OF_ALL + MAX_LAG, 0, 1, Integer.MAX_VALUE);
        var timeout = timeout(OF_ALL).orElse(Duration.ZERO);
        var failures = failures(OF_ALL);
        return names.stream()
                .collect(Collectors.toMap(Function.identity(), name -> settings(name, maxLag, timeout, failures)));
    }

    private HandlerSettings settings(String name, int maxLag, Duration timeout, FailureSettings ofAll) {
        var own = "pgmb.handler." + name + ".";
        return new HandlerSettings(
                values.numberOrZero(own + MAX_LAG, maxLag, 1, Integer.MAX_VALUE),
                timeout(own),
                timeout,
                failures(own),
                ofAll);
    }

    /** JTA knows whole seconds only. */
    private Optional<Duration> timeout(String prefix) {
        var key = prefix + "transaction-timeout";
        var timeout = values.duration(key, Duration.ofSeconds(1), Duration.ofDays(1));
        if (timeout.isPresent() && timeout.get().toNanosPart() != 0) {
            values.contradiction(key + " is " + timeout.get() + ", which is no number of whole seconds.");
        }
        return timeout;
    }

    private FailureSettings failures(String prefix) {
        var retry = prefix + "retry.";
        var delays = values.durations(retry + "delays", Duration.ZERO, RetryPlan.LONGEST);
        var growth = growth(retry);
        if (delays.isPresent() && growth.isSet()) {
            values.contradiction(retry + "delays are set, and so is another of " + retry
                    + "*: either explicit delays or growing ones.");
        }
        return new FailureSettings(
                delays,
                growth,
                values.texts(retry + "permanent"),
                values.choice(prefix + "on-failure", OnFailure.class),
                values.text(prefix + "split-by", SplitPointer::isAccepted, SplitPointer.ACCEPTED));
    }

    private Growth growth(String retry) {
        return new Growth(
                values.duration(retry + "initial-delay", Durations.SHORTEST, RetryPlan.LONGEST),
                values.decimal(retry + "factor", 1, 1_000_000),
                values.duration(retry + "max-delay", Durations.SHORTEST, RetryPlan.LONGEST),
                values.decimal(retry + "jitter", 0, 1),
                values.numberOr(retry + "max-attempts", 1, MOST_ATTEMPTS, "unlimited", Retry.UNLIMITED));
    }
}
