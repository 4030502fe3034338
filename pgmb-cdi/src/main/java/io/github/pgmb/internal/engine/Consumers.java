package io.github.pgmb.internal.engine;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The consumers of all modules that are there now. Thread-safe. */
final class Consumers implements Ticker.Wake {

    private final List<Consumer> present = new CopyOnWriteArrayList<>();

    void add(Collection<Consumer> added) {
        present.addAll(added);
    }

    void remove(Collection<Consumer> removed) {
        present.removeAll(removed);
    }

    /** As they are now. */
    List<Consumer> present() {
        return List.copyOf(present);
    }

    boolean contain(Consumer consumer) {
        return present.contains(consumer);
    }

    /** Whether the database knows each of them, or has said why not. */
    boolean areKnown() {
        return present.stream()
                .allMatch(consumer -> consumer.standing() != null
                        || consumer.failures().last().isPresent());
    }

    @Override
    public void groups(Collection<Long> groupNos) {
        for (var consumer : present) {
            var standing = consumer.standing();
            if (standing == null ? !groupNos.isEmpty() : groupNos.contains(standing.groupNo())) {
                consumer.wake();
            }
        }
    }

    @Override
    public void all() {
        present.forEach(Consumer::wake);
    }
}
