package io.github.pgmb.internal.cdi;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.util.Optional;
import java.util.stream.Stream;

/** The parameters of a condition. */
final class DeclaredParams {

    private static final String RESERVED = "topics";

    private DeclaredParams() {}

    static Stream<Finding> findings(String params, boolean condition) {
        return problem(params, condition)
                .map(problem -> new Finding(DeploymentError.PARAMS, "has params that " + problem))
                .stream();
    }

    private static Optional<String> problem(String params, boolean condition) {
        var parsed = parse(params);
        if (parsed.isEmpty()) {
            return Optional.of("are not a JSON object: " + params);
        }
        if (parsed.get().containsKey(RESERVED)) {
            return Optional.of("use the key \"" + RESERVED + "\"");
        }
        if (containsNul(parsed.get())) {
            return Optional.of("contain NUL, which PostgreSQL cannot store");
        }
        return condition || parsed.get().isEmpty()
                ? Optional.empty()
                : Optional.of("nothing sees, since conditionsSql is empty");
    }

    private static Optional<JsonObject> parse(String params) {
        try (var parser = Json.createParser(new StringReader(params))) {
            parser.next();
            var object = parser.getObject();
            // hasNext itself fails on anything but white space after the object
            return parser.hasNext() ? Optional.empty() : Optional.of(object);
        } catch (JsonException | IllegalStateException | java.util.NoSuchElementException notAnObject) {
            return Optional.empty();
        }
    }

    private static boolean containsNul(JsonValue value) {
        return switch (value.getValueType()) {
            case STRING -> ((JsonString) value).getString().indexOf('\0') >= 0;
            case ARRAY -> value.asJsonArray().stream().anyMatch(DeclaredParams::containsNul);
            case OBJECT ->
                value.asJsonObject().entrySet().stream()
                        .anyMatch(entry -> entry.getKey().indexOf('\0') >= 0 || containsNul(entry.getValue()));
            default -> false;
        };
    }
}
