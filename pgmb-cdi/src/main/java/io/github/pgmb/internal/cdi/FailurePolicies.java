package io.github.pgmb.internal.cdi;

import io.github.pgmb.OnFailure;
import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.cdi.FailureSettings.Growth;
import io.github.pgmb.internal.engine.FailurePolicy;
import io.github.pgmb.internal.engine.RetryPlan;
import io.github.pgmb.internal.engine.RetryPlan.Exponential;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The policy that several sources make together: what the first ones leave open, the next ones say. */
final class FailurePolicies {

    private static final Exponential PRESET = (Exponential) FailurePolicy.DEFAULT.retries();

    private final List<FailureSettings> sources;

    /** @param sources the most important first */
    FailurePolicies(List<FailureSettings> sources) {
        this.sources = List.copyOf(sources);
    }

    /**
     * The policy of a handler.
     *
     * @param loader which knows the classes of permanent failures
     * @throws PgmbException if there is no such class
     */
    FailurePolicy policy(String handler, @Nullable ClassLoader loader) {
        return new FailurePolicy(
                retries(),
                first(FailureSettings::permanent).orElse(List.of()).stream()
                        .<Class<? extends Throwable>>map(name -> throwable(name, handler, loader))
                        .toList(),
                first(FailureSettings::onFailure).orElse(OnFailure.CONTINUE) == OnFailure.BLOCK,
                first(FailureSettings::splitBy));
    }

    /** Explicit delays or growing ones, as the first source that names either says. */
    RetryPlan retries() {
        for (var source : sources) {
            if (source.delays().isPresent()) {
                return new RetryPlan.Delays(source.delays().get());
            }
            if (source.growth().isSet()) {
                break;
            }
        }
        return new Exponential(
                growth(Growth::first).orElse(PRESET.first()),
                growth(Growth::factor).orElse(PRESET.factor()),
                growth(Growth::longest).orElse(PRESET.longest()),
                growth(Growth::jitter).orElse(PRESET.jitter()),
                growth(Growth::attempts).orElse(PRESET.attempts()));
    }

    /** Why the sources do not go together; empty if they do. */
    Optional<String> contradiction() {
        return retries() instanceof Exponential growing && growing.first().compareTo(growing.longest()) > 0
                ? Optional.of("an initial delay of " + growing.first() + ", which exceeds the longest one of "
                        + growing.longest())
                : Optional.empty();
    }

    private <T> Optional<T> first(Function<FailureSettings, Optional<T>> member) {
        return sources.stream().flatMap(source -> member.apply(source).stream()).findFirst();
    }

    private <T> Optional<T> growth(Function<Growth, Optional<T>> member) {
        return first(source -> member.apply(source.growth()));
    }

    private static Class<? extends Throwable> throwable(String name, String handler, @Nullable ClassLoader loader) {
        try {
            return Class.forName(name, false, loader).asSubclass(Throwable.class);
        } catch (ClassNotFoundException | LinkageError | ClassCastException unusable) {
            throw new PgmbException(
                    SettingError.NOT_ACCEPTED.text("the permanent failures of handler " + handler + " name \"" + name
                            + "\". Accepted: names of classes of exceptions that the application can see."),
                    unusable);
        }
    }
}
