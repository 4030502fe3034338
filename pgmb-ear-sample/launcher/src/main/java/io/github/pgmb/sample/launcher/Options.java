package io.github.pgmb.sample.launcher;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What to start.
 *
 * @param dataDirectory where an own PostgreSQL keeps its data
 * @param existing the database to use instead of an own PostgreSQL
 */
record Options(Form form, int port, Path dataDirectory, Optional<ShopDatabase> existing) {

    private static final String WAR = "--war";
    private static final String PORT = "--port";
    private static final String DATA_DIR = "--data-dir";
    private static final String DATABASE_URL = "--database-url";

    /** With the environment variables that may stand for them; the passwords of other users' processes are not visible there. */
    private static final Map<String, Optional<String>> KNOWN = Map.of(
            PORT,
            Optional.empty(),
            DATA_DIR,
            Optional.empty(),
            DATABASE_URL,
            Optional.of("PGMB_SAMPLE_DATABASE_URL"),
            "--database-user",
            Optional.of("PGMB_SAMPLE_DATABASE_USER"),
            "--database-password",
            Optional.of("PGMB_SAMPLE_DATABASE_PASSWORD"));

    private static final int MAX_PORT = 65_535;
    private static final Pattern CREDENTIALS_IN_URL = Pattern.compile("[?&](user|password)=");

    static Options parse(List<String> arguments, Map<String, String> environment, Path defaultDataDirectory)
            throws UsageException {
        var given = given(arguments);
        if (given.containsKey(DATA_DIR) && given.containsKey(DATABASE_URL)) {
            throw new UsageException(DATA_DIR + " is for an own PostgreSQL, " + DATABASE_URL
                    + " for an existing one: give one of them.");
        }
        var values = withEnvironment(given, environment);
        return new Options(
                given.containsKey(WAR) ? Form.WAR : Form.EAR,
                port(values.getOrDefault(PORT, "8080")),
                Optional.ofNullable(given.get(DATA_DIR))
                        .map(Path::of)
                        .orElse(defaultDataDirectory)
                        .toAbsolutePath(),
                given.containsKey(DATA_DIR) ? Optional.empty() : existing(values));
    }

    private static Map<String, String> given(List<String> arguments) throws UsageException {
        var given = new HashMap<String, String>();
        var rest = arguments.iterator();
        while (rest.hasNext()) {
            var argument = rest.next();
            if (argument.equals(WAR)) {
                given.put(WAR, "");
                continue;
            }
            var equals = argument.indexOf('=');
            var name = equals < 0 ? argument : argument.substring(0, equals);
            if (!KNOWN.containsKey(name)) {
                throw new UsageException("Unknown option: " + argument + ". Known are "
                        + Stream.concat(KNOWN.keySet().stream(), Stream.of(WAR))
                                .sorted()
                                .collect(Collectors.joining(", ")));
            }
            var value = equals >= 0 ? argument.substring(equals + 1) : rest.hasNext() ? rest.next() : "";
            if (value.isBlank()) {
                throw new UsageException(name + " needs a value: " + name + "=…");
            }
            given.put(name, value);
        }
        return given;
    }

    private static Map<String, String> withEnvironment(Map<String, String> given, Map<String, String> environment) {
        var values = new HashMap<>(given);
        KNOWN.forEach((option, variable) -> variable.map(environment::get)
                .filter(value -> !value.isBlank())
                .ifPresent(value -> values.putIfAbsent(option, value)));
        return values;
    }

    private static int port(String text) throws UsageException {
        try {
            var port = Integer.parseInt(text);
            if (port >= 1 && port <= MAX_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new UsageException(PORT + "=" + text + ": a port is a number from 1 to " + MAX_PORT + ".");
    }

    private static Optional<ShopDatabase> existing(Map<String, String> values) throws UsageException {
        @Nullable String url = values.get(DATABASE_URL);
        if (url == null) {
            return Optional.empty();
        }
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new UsageException(DATABASE_URL + "=" + url + ": a URL begins with jdbc:postgresql://");
        }
        if (CREDENTIALS_IN_URL.matcher(url).find()) {
            throw new UsageException(
                    "Give user and password by --database-user and --database-password, not in the URL.");
        }
        return Optional.of(new ShopDatabase(
                url,
                values.getOrDefault("--database-user", ShopDatabase.NAME),
                values.getOrDefault("--database-password", ShopDatabase.NAME)));
    }
}
