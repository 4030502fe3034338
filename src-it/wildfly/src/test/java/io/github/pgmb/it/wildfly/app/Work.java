package io.github.pgmb.it.wildfly.app;

/** What a {@link Worker} is to do. */
public record Work(String word, int millis) {}
