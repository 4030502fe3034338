package io.github.pgmb.it.servers.app;

/**
 * What is published.
 *
 * @param millis how long its handlers take
 */
public record Word(String word, long millis) {}
