package io.github.pgmb.bench.measure;

import io.github.pgmb.bench.report.Section;
import java.util.function.Consumer;

/** A part of the figures. */
@FunctionalInterface
public interface Measurement {

    Section measure(Cluster cluster, Effort effort, Consumer<String> progress) throws Exception;
}
