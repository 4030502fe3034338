package io.github.pgmb.bench.measure;

/**
 * How much is measured.
 *
 * @param rounds of each case, after one that does not count
 * @param divisor of the numbers of events
 */
public record Effort(int rounds, int divisor) {

    public static final Effort FULL = new Effort(5, 1);
    public static final Effort QUICK = new Effort(1, 10);

    /** A multiple of 1,000 events, so that batches of all sizes come out even. */
    public int events(int full) {
        return Math.max(1, full / divisor / 1000) * 1000;
    }

    public int count(int full) {
        return full / divisor;
    }
}
