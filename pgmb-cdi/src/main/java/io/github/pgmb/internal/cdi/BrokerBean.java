package io.github.pgmb.internal.cdi;

import io.github.pgmb.Broker;
import io.github.pgmb.DeadLetters;
import io.github.pgmb.NewEvent;
import io.github.pgmb.internal.engine.EngineBroker;
import io.github.pgmb.internal.engine.EngineDeadLetters;
import io.github.pgmb.internal.engine.Transactions;
import io.github.pgmb.spi.DataSourceProvider;
import io.github.pgmb.spi.PayloadMapper;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Inject;
import java.util.List;

/** The broker that applications inject. */
@ApplicationScoped
@Typed(Broker.class)
class BrokerBean implements Broker {

    @Inject
    Seams seams;

    @Inject
    Transactions transactions;

    @Inject
    Lifecycle lifecycle;

    private EngineBroker publisher;
    private DeadLetters deadLetters;

    @PostConstruct
    void prepare() {
        publisher = new EngineBroker(
                seams.find(DataSourceProvider.class),
                seams.find(PayloadMapper.class),
                transactions,
                lifecycle.published());
        deadLetters = new EngineDeadLetters(seams.find(DataSourceProvider.class), lifecycle::groupId);
    }

    @Override
    public List<String> publish(List<NewEvent> events) {
        return publisher.publish(events);
    }

    @Override
    public DeadLetters deadLetters() {
        return deadLetters;
    }

    @Override
    public void start() {
        lifecycle.start();
    }
}
