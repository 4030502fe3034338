package io.github.pgmb.sql;

/** What random tests start from. Each names it when it fails. */
final class Seed {
    private Seed() {}

    /** A new one, or that of the system property {@code pgmb.seed}. */
    static long chosen() {
        return Long.getLong("pgmb.seed", System.nanoTime());
    }
}
