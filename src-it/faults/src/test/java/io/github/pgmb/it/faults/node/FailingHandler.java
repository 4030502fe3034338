package io.github.pgmb.it.faults.node;

import io.github.pgmb.internal.db.StoredEvent;
import io.github.pgmb.internal.engine.Handling.StoredHandling;
import io.github.pgmb.it.faults.node.Message.Risk;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** Writes to both ledgers, takes its time, and fails as it is told to: after its effects, which must not stay then. */
final class FailingHandler implements StoredHandling {

    private static final int SLOW_ONE_IN = 400;

    private final HandlerSpec spec;
    private final LedgerFile ledger;
    private final Effects effects;
    private final Random random = new Random();
    private final AtomicLong calls = new AtomicLong();

    FailingHandler(HandlerSpec spec, LedgerFile ledger, Effects effects) {
        this.spec = spec;
        this.ledger = ledger;
        this.effects = effects;
    }

    @Override
    public void handle(List<StoredEvent> events) throws Exception {
        var call = calls.incrementAndGet();
        ledger.deliver(spec.name(), call, events);
        if (spec.isTransactional()) {
            effects.add(spec.name(), events);
        }
        work();
        failAsTold(events);
        ledger.ack(spec.name(), call);
    }

    private void work() throws InterruptedException {
        if (spec.timeoutS() > 0 && random.nextInt(SLOW_ONE_IN) == 0) {
            TimeUnit.MILLISECONDS.sleep(spec.timeoutS() * 1000L + 100);
        }
        TimeUnit.MICROSECONDS.sleep(spec.workMicros());
    }

    private void failAsTold(List<StoredEvent> events) throws Exception {
        var risks =
                events.stream().map(event -> Message.of(event.payload()).risk()).collect(Collectors.toSet());
        if (risks.contains(Risk.POISON) && !effects.areMended()) {
            throw new IllegalArgumentException("poison");
        }
        if (risks.contains(Risk.NORMAL) && random.nextInt(100) < spec.failPercent()) {
            throw new IllegalStateException("bad luck with " + events.size() + " events");
        }
    }
}
