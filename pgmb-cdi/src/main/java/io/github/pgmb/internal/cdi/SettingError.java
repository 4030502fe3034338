package io.github.pgmb.internal.cdi;

/** What can be wrong with settings; {@code docs/errors.md} explains each. */
enum SettingError {
    MISSING("PGMB-0501"),
    NOT_ACCEPTED("PGMB-0502"),
    CONTRADICTION("PGMB-0503"),
    UNREADABLE("PGMB-0504"),
    THREADS("PGMB-0505"),
    NO_CONTAINER("PGMB-0506"),
    MODULES_DIFFER("PGMB-0507"),
    NO_MODULE("PGMB-0508"),
    UNKNOWN("PGMB-0509"),
    NOT_STARTED("PGMB-0510");

    private final String code;

    SettingError(String code) {
        this.code = code;
    }

    /** A message that begins with the code. */
    String text(String problem) {
        return code + ": " + problem;
    }
}
