package io.github.pgmb.bench.engine;

import io.github.pgmb.bench.measure.Cluster;
import io.github.pgmb.bench.measure.Effort;
import io.github.pgmb.bench.report.Section;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/** The parts by name. */
public enum EnginePart {
    HANDLING,
    TAKEOVER,
    RETRIES;

    /** Takes them one after the other, in a PostgreSQL that is started for them; what is measured goes to {@code sections}. */
    public static void measure(
            Collection<EnginePart> parts,
            Path dataDirectory,
            Effort effort,
            Consumer<String> progress,
            List<Section> sections)
            throws Exception {
        try (var cluster = Cluster.start(dataDirectory)) {
            for (var part : parts) {
                part.measure(cluster, effort, progress, sections);
            }
        }
    }

    private void measure(Cluster cluster, Effort effort, Consumer<String> progress, List<Section> sections)
            throws Exception {
        switch (this) {
            case HANDLING -> {
                for (var mode : List.of("on", "off")) {
                    sections.addAll(new HandlingRounds(cluster, effort, mode, progress).measure());
                }
            }
            case TAKEOVER -> sections.add(new Takeover().measure(cluster, effort, progress));
            case RETRIES -> sections.add(new WaitingRetries().measure(cluster, effort, progress));
        }
    }
}
