package io.github.pgmb.internal.cdi;

import io.github.pgmb.PgmbObserves;
import io.github.pgmb.internal.db.Interest;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Which events a handler declares to receive. */
final class DeclaredInterest {

    private static final int MAX_TOPIC = 255;
    private static final char NUL = '\0';
    private static final String WILDCARD = ".*";

    private DeclaredInterest() {}

    static Interest of(PgmbObserves declared) {
        var topics = Arrays.stream(declared.topics()).distinct().toList();
        return new Interest(topics, declared.conditionsSql().strip(), declared.params());
    }

    static Stream<Finding> findings(PgmbObserves declared) {
        var condition = declared.conditionsSql();
        return Stream.of(
                        presence(declared.topics(), condition),
                        Arrays.stream(declared.topics()).flatMap(DeclaredInterest::topic),
                        condition(condition),
                        DeclaredParams.findings(declared.params(), !condition.isBlank()))
                .flatMap(finding -> finding);
    }

    private static Stream<Finding> presence(String[] topics, String condition) {
        return topics.length == 0 && condition.isBlank()
                ? Stream.of(new Finding(DeploymentError.NO_INTEREST, "names neither topics nor a condition"))
                : Stream.empty();
    }

    private static Stream<Finding> condition(String condition) {
        return condition.indexOf(NUL) >= 0
                ? Stream.of(new Finding(DeploymentError.CONDITION, "has a condition that contains NUL"))
                : Stream.empty();
    }

    private static Stream<Finding> topic(String topic) {
        return topicProblems(topic).stream()
                .map(problem -> new Finding(
                        DeploymentError.TOPIC,
                        "has the topic \"" + topic.replace("\0", "\\0") + "\", which " + problem));
    }

    private static List<String> topicProblems(String topic) {
        var name = topic.endsWith(WILDCARD) ? topic.substring(0, topic.length() - WILDCARD.length()) : topic;
        return Stream.of(
                        name.isEmpty() ? "is empty" : "",
                        topic.codePointCount(0, topic.length()) > MAX_TOPIC ? "is longer than " + MAX_TOPIC : "",
                        topic.indexOf(NUL) >= 0 ? "contains NUL" : "",
                        name.indexOf('*') >= 0 ? "has a wildcard that is not a trailing \".*\"" : "")
                .filter(problem -> !problem.isEmpty())
                .toList();
    }
}
