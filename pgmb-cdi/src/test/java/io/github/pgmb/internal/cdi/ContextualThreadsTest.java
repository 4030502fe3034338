package io.github.pgmb.internal.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;

/** Who enters a module to make its threads. */
class ContextualThreadsTest {

    private final ThreadFactory threads = ContextualThreads.exceptOn(
            Thread.currentThread(), task -> new Thread(task, "plain"), task -> new Thread(task, "entered"));

    @Test
    void the_thread_that_starts_a_module_does_not_enter_it_again() {
        assertThat(name()).isEqualTo("plain");
    }

    @Test
    void every_other_thread_enters_it() {
        assertThat(CompletableFuture.supplyAsync(this::name).join()).isEqualTo("entered");
    }

    private String name() {
        return threads.newThread(() -> {}).getName();
    }
}
