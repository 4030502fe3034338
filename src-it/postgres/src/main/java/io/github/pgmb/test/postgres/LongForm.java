package io.github.pgmb.test.postgres;

/** Tests that have a short form, for each build, and a long one for {@code mvn verify -Plong}. */
public final class LongForm {
    private LongForm() {}

    /** Whether the long form is asked for, by the system property {@code pgmb.it.long}. */
    public static boolean wanted() {
        return Boolean.getBoolean("pgmb.it.long");
    }

    /** The size of a test: rounds, events, seconds. */
    public static int or(int shortForm, int longForm) {
        return wanted() ? longForm : shortForm;
    }
}
