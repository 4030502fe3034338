package io.github.pgmb.internal.db;

import java.util.List;

/**
 * Which events a subscription receives: those of one of the topics (all, if there is none) for which the condition holds.
 *
 * @param topics exact names, or with a trailing {@code .*}
 * @param conditionsSql a SQL expression over {@code e} and {@code s}; empty for none
 * @param params text of a JSON object, seen by the condition as {@code s.params}
 */
public record Interest(List<String> topics, String conditionsSql, String params) {

    public Interest {
        topics = List.copyOf(topics);
    }
}
