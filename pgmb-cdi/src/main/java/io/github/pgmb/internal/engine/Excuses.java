package io.github.pgmb.internal.engine;

/** How often in a row something failed that is nobody's fault. Used by one thread at a time. */
final class Excuses {

    private static final int MOST = 3;

    private int given;

    /** False: whoever always needs one has another reason. */
    boolean oneMore() {
        return ++given <= MOST;
    }

    void reset() {
        given = 0;
    }
}
