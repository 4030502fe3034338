package io.github.pgmb.bench.runner;

/**
 * What a function of the database has cost.
 *
 * @param totalMs with the functions that it called
 * @param selfMs without them
 */
record FunctionTime(long calls, double totalMs, double selfMs) {

    static final FunctionTime NONE = new FunctionTime(0, 0, 0);

    double msPerCall() {
        return totalMs / (double) calls;
    }

    FunctionTime since(FunctionTime before) {
        return new FunctionTime(calls - before.calls, totalMs - before.totalMs, selfMs - before.selfMs);
    }
}
