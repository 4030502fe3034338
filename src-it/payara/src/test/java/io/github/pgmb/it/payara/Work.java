package io.github.pgmb.it.payara;

/** What a {@link Worker} is to do. */
public record Work(String word, int millis) {}
