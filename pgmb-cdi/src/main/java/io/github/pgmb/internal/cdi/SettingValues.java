package io.github.pgmb.internal.cdi;

import io.github.pgmb.PgmbException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;

/** Reads settings by known names and remembers everything that is wrong with them. Not thread-safe. */
final class SettingValues {

    private static final Pattern NOT_ALPHANUMERIC = Pattern.compile("[^A-Za-z0-9]");

    private final Config config;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, String> texts = new HashMap<>();

    SettingValues(Config config) {
        this.config = config;
    }

    /** Returns the value, or an empty string if it is missing or not accepted. */
    String required(String key, Pattern accepted, String description) {
        var known = problems.size();
        var value = raw(key);
        if (value.isEmpty() && problems.size() == known) {
            add(SettingError.MISSING, key + " is not set. Accepted: " + description + ".");
        }
        return value.filter(accepted.asMatchPredicate())
                .orElseGet(() ->
                        value.map(text -> refused(key, text, description, "")).orElse(""));
    }

    String text(String key, String preset) {
        return raw(key).orElse(preset);
    }

    /** A number of at least {@code min} and at most {@code max}. */
    int number(String key, int preset, int min, int max) {
        return number(key, preset, min, max, min + " to " + max, false);
    }

    /** A number within bounds, or 0, which switches something off. */
    int numberOrZero(String key, int preset, int min, int max) {
        return number(key, preset, min, max, "0 to disable, or " + min + " to " + max, true);
    }

    <E extends Enum<E>> E choice(String key, E preset) {
        return choice(key, preset.getDeclaringClass()).orElse(preset);
    }

    /** Empty if it is not set; so for all that follow. */
    <E extends Enum<E>> Optional<E> choice(String key, Class<E> type) {
        var choices = type.getEnumConstants();
        var names = Stream.of(choices).map(SettingValues::name).collect(Collectors.joining(", "));
        return accepted(
                key,
                text -> Stream.of(choices)
                        .filter(choice -> name(choice).equals(text))
                        .findFirst(),
                names);
    }

    Optional<String> text(String key, Predicate<String> accepted, String description) {
        return accepted(key, text -> Optional.of(text).filter(accepted), description);
    }

    /** Separated by commas. */
    Optional<List<String>> texts(String key) {
        return raw(key).map(SettingValues::separated);
    }

    Optional<Duration> duration(String key, Duration min, Duration max) {
        return accepted(key, text -> within(text, min, max), Durations.accepted(min, max));
    }

    /** Separated by commas. */
    Optional<List<Duration>> durations(String key, Duration min, Duration max) {
        return accepted(
                key,
                text -> {
                    var parsed = separated(text).stream()
                            .map(one -> within(one, min, max))
                            .toList();
                    return parsed.stream().allMatch(Optional::isPresent)
                            ? Optional.of(parsed.stream().map(Optional::get).toList())
                            : Optional.empty();
                },
                Durations.accepted(min, max) + ", or several separated by commas");
    }

    Optional<Double> decimal(String key, double min, double max) {
        return accepted(
                key,
                text -> parsed(text, Double::valueOf).filter(number -> min <= number && number <= max),
                min + " to " + max);
    }

    /** A number within bounds, or a word that stands for another one. */
    Optional<Integer> numberOr(String key, int min, int max, String word, int meaning) {
        return accepted(
                key,
                text -> text.equals(word)
                        ? Optional.of(meaning)
                        : parsed(text, Integer::valueOf).filter(number -> min <= number && number <= max),
                min + " to " + max + ", or " + word);
    }

    private <T> Optional<T> accepted(String key, Function<String, Optional<T>> parser, String description) {
        return raw(key).flatMap(text -> {
            var parsed = parser.apply(text);
            if (parsed.isEmpty()) {
                refuse(key, text, description);
            }
            return parsed;
        });
    }

    private static Optional<Duration> within(String text, Duration min, Duration max) {
        return Durations.parse(text).filter(duration -> duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0);
    }

    private static List<String> separated(String text) {
        return Stream.of(text.split(",", -1)).map(String::strip).toList();
    }

    void contradiction(String problem) {
        add(SettingError.CONTRADICTION, problem);
    }

    /**
     * Reports all problems together.
     *
     * @throws PgmbException if there are any
     */
    void check() {
        if (!problems.isEmpty()) {
            throw new PgmbException(String.join(" ", problems));
        }
    }

    /**
     * The names with this prefix that nobody has asked for; none if a source cannot tell its names. Not those of the
     * environment, where others may have variables that begin like ours.
     */
    List<String> unknown(String prefix) {
        try {
            return StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                    .filter(name -> name.startsWith(prefix) && !texts.containsKey(name) && !isOfEnvironment(name))
                    .sorted()
                    .toList();
        } catch (RuntimeException unreadable) {
            return List.of();
        }
    }

    /** Some sources translate the names of all variables, also of those that have nothing to do with us. */
    private static boolean isOfEnvironment(String name) {
        return System.getenv()
                .containsKey(NOT_ALPHANUMERIC.matcher(name).replaceAll("_").toUpperCase(Locale.ROOT));
    }

    /** What was read, by key; a text that says so where nothing is set. */
    Map<String, String> texts() {
        return Map.copyOf(texts);
    }

    private int number(String key, int preset, int min, int max, String description, boolean zero) {
        return raw(key).map(text -> parsed(text, Integer::valueOf)
                        .filter(number -> (min <= number && number <= max) || (zero && number == 0))
                        .orElseGet(() -> refused(key, text, description, preset)))
                .orElse(preset);
    }

    private static <T> Optional<T> parsed(String text, Function<String, T> parser) {
        try {
            return Optional.of(parser.apply(text));
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }

    private <T> T refused(String key, String value, String accepted, T preset) {
        refuse(key, value, accepted);
        return preset;
    }

    private void refuse(String key, String value, String accepted) {
        add(SettingError.NOT_ACCEPTED, key + " is \"" + value + "\". Accepted: " + accepted + ".");
    }

    private Optional<String> raw(String key) {
        var text = read(key);
        texts.put(key, text.orElse("not set"));
        return text;
    }

    private Optional<String> read(String key) {
        try {
            return config.getOptionalValue(key, String.class).map(String::strip).filter(text -> !text.isEmpty());
        } catch (RuntimeException unreadable) {
            add(SettingError.UNREADABLE, key + " cannot be read: " + unreadable.getMessage());
            return Optional.empty();
        }
    }

    private void add(SettingError error, String problem) {
        problems.add(error.text(problem));
    }

    private static String name(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }
}
