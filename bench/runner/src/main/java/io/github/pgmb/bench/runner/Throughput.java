package io.github.pgmb.bench.runner;

import io.github.pgmb.bench.load.Load;
import io.github.pgmb.bench.load.Outcome;
import io.github.pgmb.bench.report.Numbers;
import io.github.pgmb.bench.report.Section;
import io.github.pgmb.bench.runner.Case.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Published and handled at the same time, as fast as it goes. */
final class Throughput {

    private static final int BATCH = 100;
    private static final int WARM_UP_SHARE = 4;
    private static final String AIM = "40,000 events/s";

    private final Server server;
    private final Database database;
    private final Options.Size size;
    private final Consumer<String> progress;

    Throughput(Server server, Database database, Options.Size size, Consumer<String> progress) {
        this.server = server;
        this.database = database;
        this.size = size;
        this.progress = progress;
    }

    List<Section> measure(String synchronousCommit) throws Exception {
        for (var each : Case.all()) {
            play(each, Math.max(size.events() / WARM_UP_SHARE, BATCH));
        }
        var rounds = new Rounds();
        for (var round = 1; round <= size.rounds(); round++) {
            for (var each : Case.all()) {
                var outcome = play(each, size.events());
                progress.accept("round " + round + ": " + each.kind().title() + ", " + each.publishers()
                        + " publishers: " + Numbers.whole(outcome.rate()) + " events/s");
                rounds.add(each, outcome);
            }
        }
        var with = "synchronous_commit = " + synchronousCommit;
        var sections = new ArrayList<Section>();
        sections.add(new Section("Throughput, " + with, rounds.table(), List.of("aim: " + AIM)));
        for (var kind : List.of(Kind.RECORD, Kind.PLAIN)) {
            sections.add(stages(new Case(kind, Case.USUAL_PUBLISHERS), with));
        }
        return sections;
    }

    private Section stages(Case played, String with) throws Exception {
        progress.accept("where the time goes: " + played.kind().title());
        var stages = new Stages(database);
        var outcome = play(played, size.events());
        return new Section(
                "Where the time goes: " + played.kind().title() + ", " + played.publishers() + " publishers, " + with,
                stages.table(outcome),
                List.of());
    }

    private Outcome play(Case played, int events) throws Exception {
        database.beforeRound();
        var load = new Load(events, BATCH, played.publishers());
        if (played.kind() == Kind.PLAIN) {
            try (var engine = new PlainEngine(database)) {
                return engine.play(load);
            }
        }
        return Outcome.parse(server.ask("throughput/%s?events=%d&batch=%d&publishers=%d&postmaster=%d"
                .formatted(
                        played.kind().name().toLowerCase(Locale.ROOT),
                        load.events(),
                        load.batch(),
                        load.publishers(),
                        database.postmaster())));
    }
}
