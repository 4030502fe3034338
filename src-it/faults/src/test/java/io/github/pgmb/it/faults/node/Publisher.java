package io.github.pgmb.it.faults.node;

import io.github.pgmb.NewEvent;
import io.github.pgmb.internal.engine.EngineBroker;
import io.github.pgmb.it.faults.node.LedgerFile.Outcome;
import io.github.pgmb.it.faults.node.Message.Risk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Publishes batches, one after the other, until it is told to end; in transactions, of which some roll back, or without. */
final class Publisher implements Runnable {

    private static final int ROLLED_BACK_ONE_IN = 10;

    private final String name;
    private final boolean inTransaction;
    private final int largest;
    private final long pauseMs;
    private final EngineBroker broker;
    private final LocalTransactions transactions;
    private final LedgerFile ledger;
    private final Random random = new Random();
    private int number;
    private volatile boolean ended;

    Publisher(
            String name,
            boolean inTransaction,
            int largest,
            Duration pause,
            EngineBroker broker,
            LocalTransactions transactions,
            LedgerFile ledger) {
        this.name = name;
        this.inTransaction = inTransaction;
        this.largest = largest;
        this.pauseMs = pause.toMillis();
        this.broker = broker;
        this.transactions = transactions;
        this.ledger = ledger;
    }

    void end() {
        ended = true;
    }

    @Override
    public void run() {
        try {
            for (var batch = 0; !ended; batch++) {
                publish(batch);
                Thread.sleep(pauseMs);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publish(int batch) {
        var events = new ArrayList<NewEvent>();
        for (var left = 1 + random.nextInt(largest); left > 0; left--) {
            var message = new Message(name, batch, number++, System.nanoTime(), Risk.NORMAL);
            events.add(NewEvent.of(HandlerSpec.TOPIC, message.toJson()));
        }
        ledger.invoke(name, batch, events.size());
        ledger.outcome(inTransaction ? publishInTransaction(events) : publishDirectly(events), name, batch);
    }

    private Outcome publishInTransaction(List<NewEvent> events) {
        var toCommit = new boolean[1];
        try {
            transactions.inTransaction(Duration.ZERO, () -> {
                broker.publish(events);
                if (random.nextInt(ROLLED_BACK_ONE_IN) == 0) {
                    throw new IllegalStateException("changed its mind");
                }
                toCommit[0] = true;
                return events;
            });
            return Outcome.OK;
        } catch (Exception e) {
            return toCommit[0] ? Outcome.UNKNOWN : Outcome.FAIL;
        }
    }

    private Outcome publishDirectly(List<NewEvent> events) {
        try {
            broker.publish(events);
            return Outcome.OK;
        } catch (RuntimeException e) {
            return Outcome.UNKNOWN;
        }
    }
}
