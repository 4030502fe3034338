package io.github.pgmb.bench.sql;

import io.github.pgmb.bench.measure.Cluster;
import io.github.pgmb.bench.measure.Effort;
import io.github.pgmb.bench.measure.Measurement;
import io.github.pgmb.bench.report.Section;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/** The parts by name. */
public enum SqlPart {
    PUBLISH,
    TICK,
    TOGETHER,
    BACKLOG,
    SNAPSHOT,
    SUBSCRIBE,
    SPACE;

    /** Takes them one after the other, in a PostgreSQL that is started for them; what is measured goes to {@code sections}. */
    public static void measure(
            Collection<SqlPart> parts,
            Path dataDirectory,
            Effort effort,
            Consumer<String> progress,
            List<Section> sections)
            throws Exception {
        try (var cluster = Cluster.start(dataDirectory)) {
            for (var part : parts) {
                sections.add(part.measurement().measure(cluster, effort, progress));
            }
        }
    }

    private Measurement measurement() {
        return switch (this) {
            case PUBLISH -> new Publishing();
            case TICK -> new Ticking();
            case TOGETHER -> new Together();
            case BACKLOG -> new Backlog();
            case SNAPSHOT -> new HeldSnapshot();
            case SUBSCRIBE -> new Subscribing();
            case SPACE -> new Space();
        };
    }
}
