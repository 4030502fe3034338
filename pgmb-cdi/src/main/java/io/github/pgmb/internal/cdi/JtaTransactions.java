package io.github.pgmb.internal.cdi;

import io.github.pgmb.internal.engine.Transactions;
import jakarta.inject.Singleton;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.naming.NamingException;

/** The transactions of Jakarta Transactions. */
@Singleton
class JtaTransactions implements Transactions {

    @Override
    public void afterCommit(Runnable action) {
        var registry = registry();
        switch (registry.map(TransactionSynchronizationRegistry::getTransactionStatus)
                .orElse(Status.STATUS_NO_TRANSACTION)) {
            case Status.STATUS_ACTIVE -> registry.ifPresent(active -> register(active, action));
            case Status.STATUS_NO_TRANSACTION, Status.STATUS_COMMITTED -> action.run();
            default -> {
                /* it rolls back, or is past the point where work could still join it */
            }
        }
    }

    @Override
    public <T> T inTransaction(Duration timeout, Callable<T> work) throws Exception {
        return new BrokerTransaction(userTransaction(), timeout).run(work);
    }

    @Override
    public void requireCommittable() throws Exception {
        BrokerTransaction.requireCommittable(userTransaction());
    }

    @Override
    public boolean rollBackLeftOver() {
        try {
            var transaction = userTransaction();
            if (transaction.getStatus() == Status.STATUS_NO_TRANSACTION) {
                return false;
            }
            transaction.rollback();
            return true;
        } catch (NamingException | SystemException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Overridden by tests. */
    UserTransaction userTransaction() throws NamingException {
        return Jndi.find("java:comp/UserTransaction", UserTransaction.class);
    }

    /** Empty on threads that the container does not know; it has no transactions there either. */
    Optional<TransactionSynchronizationRegistry> registry() {
        try {
            return Optional.of(Jndi.find(
                    "java:comp/TransactionSynchronizationRegistry", TransactionSynchronizationRegistry.class));
        } catch (NamingException unmanaged) {
            return Optional.empty();
        }
    }

    private static void register(TransactionSynchronizationRegistry registry, Runnable action) {
        var key = new Registered(action);
        if (registry.getResource(key) == null) {
            registry.putResource(key, key);
            registry.registerInterposedSynchronization(new AfterCommit(action));
        }
    }

    /** The key under which a transaction knows that an action is registered. */
    private record Registered(Runnable action) {}

    private record AfterCommit(Runnable action) implements Synchronization {

        @Override
        public void beforeCompletion() {
            // nothing: the events are already in the transaction
        }

        @Override
        public void afterCompletion(int status) {
            if (status == Status.STATUS_COMMITTED) {
                action.run();
            }
        }
    }
}
