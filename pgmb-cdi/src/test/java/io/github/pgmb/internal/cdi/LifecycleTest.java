package io.github.pgmb.internal.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.Broker;
import io.github.pgmb.PgmbException;
import io.github.pgmb.PgmbObserves;
import io.github.pgmb.internal.LogLines;
import io.github.pgmb.internal.engine.EngineStatus.Phase;
import io.github.pgmb.spi.DataSourceProvider;
import io.github.pgmb.spi.ThreadProvider;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.spi.ConfigProviderResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Start and stop by the signs of the container; the database is away all the time. */
class LifecycleTest {

    private static final ServletContext FIRST = WebContext.of("/first");
    private static final ServletContext SECOND = WebContext.of("/second");

    private TestContainer container;

    @Alternative
    @Priority(1)
    @ApplicationScoped
    static class NoDatabase implements DataSourceProvider {
        @Override
        public DataSource dataSource() {
            throw new PgmbException("PGMB-0201: away");
        }
    }

    @Alternative
    @Priority(1)
    @ApplicationScoped
    static class OwnThreads implements ThreadProvider {

        private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
        private volatile boolean refusing;
        private volatile boolean lingering;

        void refuse(boolean whether) {
            refusing = whether;
        }

        /** Threads end half a second after their work. */
        void linger() {
            lingering = true;
        }

        @Override
        public ThreadFactory threadFactory() {
            return task -> {
                var thread = refusing ? null : new Thread(() -> run(task));
                if (thread != null) {
                    thread.setDaemon(true);
                }
                return thread;
            };
        }

        private void run(Runnable task) {
            task.run();
            if (lingering) {
                LockSupport.parkNanos(500_000_000);
            }
        }

        @Override
        public ScheduledExecutorService scheduler() {
            return scheduler;
        }

        @PreDestroy
        void close() {
            scheduler.shutdownNow();
        }
    }

    @ApplicationScoped
    static class Library {
        @PgmbObserves(topics = "t", name = "library")
        void on(String event) {}
    }

    @AfterEach
    void close() {
        System.getProperties().keySet().removeIf(key -> key.toString().startsWith("pgmb."));
        // It remembers the names of the settings.
        ConfigProviderResolver.instance().releaseConfig(ConfigProvider.getConfig());
        if (container.container().isRunning()) {
            container.close();
        }
    }

    @Test
    void starts_with_the_first_web_module_and_stops_with_the_last() {
        var lifecycle = deploy("pgmb.group-id", "shop");
        assertThat(lifecycle.status().phase()).isEqualTo(Phase.NEW);
        lifecycle.webModuleReady(FIRST);
        lifecycle.webModuleReady(SECOND);
        assertThat(lifecycle.status().phase()).isEqualTo(Phase.STARTING);
        lifecycle.webModuleGone(FIRST);
        assertThat(lifecycle.status().phase()).isEqualTo(Phase.STARTING);
        lifecycle.webModuleGone(SECOND);
        assertThat(lifecycle.status().phase()).isEqualTo(Phase.STOPPED);
        assertThat(engineThreads()).isZero();
    }

    @Test
    void ends_with_the_last_web_module_also_if_all_end_at_once() throws Exception {
        deploy("pgmb.group-id", "shop", "pgmb.start", "manual");
        var factory = container.bean(EngineFactory.class);
        for (var round = 0; round < 300; round++) {
            var modules = new Modules(factory, List.of());
            modules.ready("/first", FIRST.getClassLoader());
            modules.ready("/second", SECOND.getClassLoader());
            atOnce(() -> modules.gone(FIRST.getClassLoader()), () -> modules.gone(SECOND.getClassLoader()));
            // One that has ended stays so.
            modules.start();
            modules.ready("/first", FIRST.getClassLoader());
            assertThat(modules.status().phase()).as("round %d", round).isEqualTo(Phase.NEW);
        }
    }

    private static void atOnce(Runnable one, Runnable other) throws InterruptedException {
        var waiting = new AtomicInteger(2);
        var thread = new Thread(() -> runTogether(waiting, other));
        thread.start();
        runTogether(waiting, one);
        thread.join();
    }

    private static void runTogether(AtomicInteger waiting, Runnable task) {
        waiting.decrementAndGet();
        while (waiting.get() > 0) {
            Thread.onSpinWait();
        }
        task.run();
    }

    @Test
    void stops_with_the_container_if_no_web_module_said_so() {
        deploy("pgmb.group-id", "shop").webModuleReady(FIRST);
        assertThat(engineThreads()).isPositive();
        container.close();
        assertThat(engineThreads()).isZero();
    }

    @Test
    void does_not_start_again_after_its_end() {
        var lifecycle = deploy("pgmb.group-id", "shop");
        lifecycle.webModuleReady(FIRST);
        lifecycle.webModuleGone(FIRST);
        lifecycle.start();
        assertThat(lifecycle.status().phase()).isEqualTo(Phase.STOPPED);
        assertThat(engineThreads()).isZero();
    }

    @Test
    void does_not_start_for_the_first_time_after_its_end() {
        var lifecycle = deploy("pgmb.group-id", "shop", "pgmb.start", "manual");
        lifecycle.webModuleReady(FIRST);
        lifecycle.webModuleGone(FIRST);
        lifecycle.start();
        assertThat(engineThreads()).isZero();
    }

    @Test
    void waits_for_the_application_if_told_so() {
        var lifecycle = deploy("pgmb.group-id", "shop", "pgmb.start", "manual");
        lifecycle.webModuleReady(FIRST);
        assertThat(lifecycle.waitsForApplication()).isTrue();
        assertThat(lifecycle.status().problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("Broker.start()"));
        container.bean(Broker.class).start();
        assertThat(lifecycle.waitsForApplication()).isFalse();
        assertThat(lifecycle.status().phase()).isEqualTo(Phase.STARTING);
    }

    @Test
    void health_that_is_asked_for_during_deployment_reads_no_settings() {
        var lifecycle = deploy("pgmb.group-id", "shop");
        assertThat(lifecycle.waitsForApplication()).isFalse();
        assertThat(lifecycle.status().problem()).isEmpty();
        System.setProperty("pgmb.start", "manual");
        lifecycle.webModuleReady(FIRST);
        assertThat(lifecycle.waitsForApplication()).isTrue();
    }

    @Test
    void a_wrong_setting_keeps_it_from_starting_and_is_the_reason() {
        var lifecycle = deploy("pgmb.lease-ms", "1");
        lifecycle.webModuleReady(FIRST);
        assertThat(lifecycle.status().phase()).isEqualTo(Phase.NEW);
        assertThat(lifecycle.status().problem())
                .hasValueSatisfying(problem ->
                        assertThat(problem).contains("PGMB-0501: pgmb.group-id").contains("PGMB-0502: pgmb.lease-ms"));
        assertThat(lifecycle.status().loopsAlive()).isTrue();
    }

    @Test
    void a_module_without_settings_joins_the_one_that_has_them() {
        var lifecycle = deploy();
        lifecycle.webModuleReady(FIRST);
        assertThat(lifecycle.status().phase()).isEqualTo(Phase.NEW);
        assertThat(lifecycle.status().problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("PGMB-0501: pgmb.group-id"));
        System.setProperty("pgmb.group-id", "shop");
        lifecycle.webModuleReady(SECOND);
        assertThat(lifecycle.status().phase()).isEqualTo(Phase.STARTING);
        assertThat(lifecycle.status().problem())
                .map(problem -> problem.substring(0, 9))
                .isNotEqualTo(Optional.of("PGMB-0501"));
    }

    @Test
    void modules_of_one_application_have_the_same_settings() {
        var lifecycle = deploy("pgmb.group-id", "shop");
        lifecycle.webModuleReady(FIRST);
        System.setProperty("pgmb.group-id", "office");
        System.setProperty("pgmb.start", "manual");
        lifecycle.webModuleReady(SECOND);
        assertThat(lifecycle.status().problem())
                .hasValueSatisfying(problem -> assertThat(problem)
                        .contains("PGMB-0507: web module /second")
                        .contains("pgmb.group-id (shop, office)")
                        .contains("pgmb.start (not set, manual)"));
    }

    @Test
    void settings_that_mean_nothing_are_warned_about_once() {
        var lines = LogLines.of("io.github.pgmb");
        try (lines) {
            var lifecycle = deploy("pgmb.group-id", "shop", "pgmb.leese-ms", "3000");
            lifecycle.webModuleReady(FIRST);
            lifecycle.webModuleReady(SECOND);
        }
        assertThat(lines.said())
                .filteredOn(line -> line.startsWith("PGMB-0509"))
                .singleElement()
                .asString()
                .contains("pgmb.leese-ms");
    }

    @Test
    void an_engine_that_the_container_refuses_is_tried_again() {
        var lifecycle = deploy("pgmb.group-id", "shop");
        container.bean(OwnThreads.class).refuse(true);
        lifecycle.webModuleReady(FIRST);
        assertThat(lifecycle.status().phase()).isEqualTo(Phase.NEW);
        assertThat(lifecycle.status().problem())
                .hasValueSatisfying(
                        problem -> assertThat(problem).startsWith("PGMB-0510").contains("PGMB-0301"));
        assertThat(engineThreads()).isZero();
        container.bean(OwnThreads.class).refuse(false);
        container.bean(Broker.class).start();
        assertThat(lifecycle.status().phase()).isEqualTo(Phase.STARTING);
        assertThat(lifecycle.status().problem().orElse("")).doesNotContain("PGMB-0510");
    }

    @Test
    void a_node_that_ends_is_not_ready_while_handlers_end() throws Exception {
        var lifecycle = deploy("pgmb.group-id", "shop");
        lifecycle.webModuleReady(FIRST);
        container.bean(OwnThreads.class).linger();
        var undeploying = new Thread(() -> lifecycle.webModuleGone(FIRST));
        undeploying.start();
        while (lifecycle.status().phase() == Phase.STARTING) {
            Thread.onSpinWait();
        }
        assertThat(lifecycle.status().phase()).isEqualTo(Phase.DRAINING);
        undeploying.join();
        assertThat(lifecycle.status().phase()).isEqualTo(Phase.STOPPED);
    }

    @Test
    void a_module_with_wrong_settings_leaves_shared_handlers_to_the_next() {
        var lifecycle = deploy("pgmb.group-id", "shop", "pgmb.handler-threads", "many");
        lifecycle.webModuleReady(FIRST);
        assertThat(lifecycle.status().problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("PGMB-0502"));
        System.clearProperty("pgmb.handler-threads");
        lifecycle.webModuleReady(SECOND);
        assertThat(lifecycle.status().groups()).hasSize(1);
    }

    @Test
    void a_web_module_without_cdi_is_told_what_to_add() {
        deploy("pgmb.group-id", "shop");
        try (var lines = LogLines.of("io.github.pgmb")) {
            var listener = new WebModuleListener();
            listener.contextInitialized(new ServletContextEvent(FIRST));
            listener.contextDestroyed(new ServletContextEvent(FIRST));
            assertThat(lines.said())
                    .singleElement()
                    .asString()
                    .startsWith("PGMB-0506")
                    .contains("add WEB-INF/beans.xml");
        }
    }

    @Test
    void handlers_whose_module_does_not_come_keep_the_node_from_being_ready() throws Exception {
        deploy("pgmb.group-id", "shop");
        var handler = ModuleHandlersTest.ofAnotherWebModule();
        var modules = new Modules(container.bean(EngineFactory.class), List.of(handler));
        modules.ready("/first", FIRST.getClassLoader());
        try {
            assertThat(modules.status().problem())
                    .hasValueSatisfying(problem -> assertThat(problem)
                            .contains("PGMB-0508: the web modules of these handlers have not started: "
                                    + handler.description()));
        } finally {
            modules.stop();
        }
    }

    @Test
    void a_server_that_does_not_call_the_initializer_tells_by_the_application_scope() {
        var lifecycle = deploy("pgmb.group-id", "shop");
        container.fireInitialized(FIRST);
        assertThat(lifecycle.status().phase()).isEqualTo(Phase.STARTING);
        container.fireBeforeDestroyed(FIRST);
        assertThat(lifecycle.status().phase()).isEqualTo(Phase.STOPPED);
    }

    @Test
    void without_managed_threads_it_says_what_to_set() {
        System.setProperty("pgmb.group-id", "shop");
        container = TestContainer.of(NoDatabase.class);
        var lifecycle = container.bean(Lifecycle.class);
        lifecycle.webModuleReady(FIRST);
        assertThat(lifecycle.status().problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("PGMB-0505", "Set pgmb.thread-factory"));
    }

    @Test
    void publishing_needs_no_start_but_a_data_source() {
        container = TestContainer.of(OwnThreads.class);
        assertThatThrownBy(() -> container.bean(Broker.class).publish("topic", "payload"))
                .isInstanceOf(PgmbException.class)
                .hasMessageContaining("PGMB-0201")
                .hasMessageContaining("Set pgmb.datasource");
    }

    private Lifecycle deploy(String... settings) {
        for (var i = 0; i < settings.length; i += 2) {
            System.setProperty(settings[i], settings[i + 1]);
        }
        container = TestContainer.of(NoDatabase.class, OwnThreads.class, Library.class);
        return container.bean(Lifecycle.class);
    }

    private static long engineThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("pgmb-"))
                .count();
    }
}
