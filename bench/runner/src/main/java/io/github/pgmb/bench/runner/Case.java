package io.github.pgmb.bench.runner;

import java.util.ArrayList;
import java.util.List;

/** What a round of throughput publishes, and how; by so many threads. */
record Case(Kind kind, int publishers) {

    /** What a round publishes, and who handles it. */
    enum Kind {
        BARE("insert into a bare table"),
        RECORD("records"),
        JSON("JsonObject"),
        TEXT("String"),
        TRANSACTIONAL("records, @Transactional handler"),
        PLAIN("engine without container or mapping");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    static final int USUAL_PUBLISHERS = 2;

    /** In the order in which they alternate. */
    static List<Case> all() {
        var cases = new ArrayList<Case>();
        for (var publishers : List.of(1, 2, 4)) {
            cases.add(new Case(Kind.BARE, publishers));
            cases.add(new Case(Kind.RECORD, publishers));
        }
        for (var kind : List.of(Kind.JSON, Kind.TEXT, Kind.TRANSACTIONAL, Kind.PLAIN)) {
            cases.add(new Case(kind, USUAL_PUBLISHERS));
        }
        return List.copyOf(cases);
    }

    /** What it is compared with. */
    Case baseline() {
        return new Case(Kind.BARE, publishers);
    }
}
