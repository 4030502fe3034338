package io.github.pgmb.bench.app;

/** An event whose way is timed. */
public record Ping(int number) {}
