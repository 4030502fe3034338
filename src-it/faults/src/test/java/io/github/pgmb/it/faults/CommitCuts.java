package io.github.pgmb.it.faults;

/** Decides which COMMITs end with a cut connection, and counts them; in turn before and after the server has committed. Thread-safe. */
final class CommitCuts {

    static final CommitCuts NONE = new CommitCuts(new Chance(), 0, 1);

    private final Chance chance;
    private final int oneIn;
    private int left;
    private int before;
    private int after;

    /** @param oneIn how many COMMITs there are to one that is cut */
    CommitCuts(Chance chance, int most, int oneIn) {
        this.chance = chance;
        this.left = most;
        this.oneIn = oneIn;
    }

    /** Where a connection is cut. */
    enum Cut {
        NONE,
        /** The COMMIT does not reach the server. */
        BEFORE,
        /** The server has committed, its reply does not reach the client. */
        AFTER
    }

    synchronized Cut next() {
        if (left == 0 || !chance.onceIn(oneIn)) {
            return Cut.NONE;
        }
        left--;
        if (left % 2 == 0) {
            return Cut.AFTER;
        }
        before++;
        return Cut.BEFORE;
    }

    synchronized void withheld() {
        after++;
    }

    synchronized int before() {
        return before;
    }

    /** How often the reply to a COMMIT was withheld. */
    synchronized int after() {
        return after;
    }

    synchronized boolean areDone() {
        return left == 0;
    }
}
