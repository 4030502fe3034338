package io.github.pgmb.internal.cdi;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A handler's durable name: declared, or from the names of class and method. */
final class HandlerName {

    private static final Pattern ACCEPTED = Pattern.compile("[a-z0-9][a-z0-9-]{0,99}");
    private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");
    private static final Pattern SEPARATORS = Pattern.compile("[^a-z0-9]+");

    private HandlerName() {}

    static String of(Declaration declaration) {
        var declared = declaration.annotation().name();
        return declared.isEmpty()
                ? kebab(declaration.beanClass().getSimpleName()) + "-"
                        + kebab(declaration.javaMethod().getName())
                : declared;
    }

    /** {@code onOrderPlaced} becomes {@code on-order-placed}, {@code SSEStreams} becomes {@code sse-streams}. */
    static String kebab(String identifier) {
        var separated = HUMP.matcher(identifier).replaceAll("-").toLowerCase(Locale.ROOT);
        return SEPARATORS.matcher(separated).replaceAll(" ").strip().replace(' ', '-');
    }

    static Stream<Finding> findings(String name) {
        return ACCEPTED.matcher(name).matches()
                ? Stream.empty()
                : Stream.of(new Finding(DeploymentError.NAME, "has the name \"" + name + "\""));
    }
}
