package io.github.pgmb.internal.cdi;

import io.github.pgmb.OnFailure;
import io.github.pgmb.PgmbObserves;
import io.github.pgmb.Retry;
import io.github.pgmb.internal.cdi.FailureSettings.Growth;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a handler declares of its failures. */
final class DeclaredFailures {

    static final FailureSettings NONE = new FailureSettings(
            Optional.empty(),
            new Growth(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    private DeclaredFailures() {}

    /** Of a declaration without findings. */
    static FailureSettings of(PgmbObserves declared) {
        var retry = declared.retry();
        return new FailureSettings(
                retry.delays().length == 0
                        ? Optional.empty()
                        : Optional.of(Arrays.stream(retry.delays())
                                .flatMap(text -> Durations.parse(text).stream())
                                .toList()),
                growth(retry),
                retry.permanent().length == 0
                        ? Optional.empty()
                        : Optional.of(Arrays.stream(retry.permanent())
                                .<String>map(Class::getName)
                                .toList()),
                // The default leaves it to the settings for all handlers.
                declared.onFailure() == OnFailure.CONTINUE ? Optional.empty() : Optional.of(declared.onFailure()),
                declared.splitBy().isEmpty() ? Optional.empty() : Optional.of(declared.splitBy()));
    }

    private static Growth growth(Retry retry) {
        return new Growth(
                Durations.parse(retry.initialDelay()),
                retry.factor() == 0 ? Optional.empty() : Optional.of(retry.factor()),
                Durations.parse(retry.maxDelay()),
                retry.jitter() == -1 ? Optional.empty() : Optional.of(retry.jitter()),
                retry.maxAttempts() == 0 ? Optional.empty() : Optional.of(retry.maxAttempts()));
    }

    static Stream<Finding> findings(PgmbObserves declared, Unit unit) {
        return Stream.concat(
                retryProblems(declared).stream().map(problem -> new Finding(DeploymentError.RETRY, problem)),
                splitProblem(declared.splitBy(), unit).stream()
                        .map(problem -> new Finding(DeploymentError.SPLIT_BY, problem)));
    }

    private static List<String> retryProblems(PgmbObserves declared) {
        var retry = declared.retry();
        var problems = new ArrayList<String>();
        Arrays.stream(retry.delays())
                .filter(text -> !Durations.isAccepted(text, Duration.ZERO))
                .forEach(text -> problems.add("has the delay \"" + text + "\""));
        Stream.of(retry.initialDelay(), retry.maxDelay())
                .filter(text -> !text.isEmpty() && !Durations.isAccepted(text, Durations.SHORTEST))
                .forEach(text -> problems.add("has the delay \"" + text + "\""));
        if (retry.factor() != 0 && !(retry.factor() >= 1 && Double.isFinite(retry.factor()))) {
            problems.add("has the factor " + retry.factor());
        }
        if (retry.jitter() != -1 && !(retry.jitter() >= 0 && retry.jitter() <= 1)) {
            problems.add("has the jitter " + retry.jitter());
        }
        if (retry.maxAttempts() < 0) {
            problems.add("has " + retry.maxAttempts() + " attempts");
        }
        if (problems.isEmpty()) {
            contradiction(declared).ifPresent(problems::add);
        }
        return problems;
    }

    private static Optional<String> contradiction(PgmbObserves declared) {
        var settings = of(declared);
        if (settings.delays().isPresent() && settings.growth().isSet()) {
            return Optional.of("has explicit delays and growing ones");
        }
        return new FailurePolicies(List.of(settings)).contradiction().map(problem -> "has " + problem);
    }

    private static Optional<String> splitProblem(String splitBy, Unit unit) {
        if (splitBy.isEmpty()) {
            return Optional.empty();
        }
        if (unit == Unit.EVENT) {
            return Optional.of("takes single events, but splits batches by \"" + splitBy + "\"");
        }
        return SplitPointer.isAccepted(splitBy) ? Optional.empty() : Optional.of("splits by \"" + splitBy + "\"");
    }
}
