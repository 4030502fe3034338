package io.github.pgmb.bench.load;

import java.time.Duration;
import java.util.Map;

/** Processor time used so far. */
record Usage(Duration jvm, Duration postgres, Map<ThreadRole, Duration> threads) {

    static Usage now(long postmaster) {
        return new Usage(Processor.ofThisProcess(), Processor.ofPostgres(postmaster), ThreadRole.processorTimes());
    }
}
