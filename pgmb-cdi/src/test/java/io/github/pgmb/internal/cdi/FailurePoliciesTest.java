package io.github.pgmb.internal.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.EventBatch;
import io.github.pgmb.OnFailure;
import io.github.pgmb.PgmbException;
import io.github.pgmb.PgmbObserves;
import io.github.pgmb.Retry;
import io.github.pgmb.internal.engine.FailurePolicy;
import io.github.pgmb.internal.engine.HandlerDefinition;
import io.github.pgmb.internal.engine.Handling;
import io.github.pgmb.internal.engine.RetryPlan.Delays;
import io.github.pgmb.internal.engine.RetryPlan.Exponential;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of failures: a handler's own settings come first, then its annotation, the settings for all, and the preset. */
class FailurePoliciesTest {

    record Order(String sku) {}

    static class Handlers {
        @PgmbObserves(topics = "a", name = "silent")
        void silent(Order order) {}

        @PgmbObserves(
                topics = "a",
                name = "explicit",
                retry =
                        @Retry(
                                delays = {"PT1M", "PT5M"},
                                permanent = IllegalStateException.class))
        void explicit(Order order) {}

        @PgmbObserves(
                topics = "a",
                name = "growing",
                onFailure = OnFailure.BLOCK,
                splitBy = "/topic",
                retry =
                        @Retry(
                                initialDelay = "PT2S",
                                factor = 3,
                                maxDelay = "P1D",
                                jitter = 0,
                                maxAttempts = Retry.UNLIMITED))
        void growing(EventBatch<Order> orders) {}

        @PgmbObserves(topics = "a", name = "in-transaction")
        @Transactional
        void inTransaction(Order order) {}
    }

    @Test
    void who_says_nothing_has_the_preset() {
        assertThat(policy("silent")).isEqualTo(FailurePolicy.DEFAULT);
    }

    @Test
    void an_annotation_says_all() {
        assertThat(policy("explicit"))
                .isEqualTo(new FailurePolicy(
                        new Delays(List.of(Duration.ofMinutes(1), Duration.ofMinutes(5))),
                        List.of(IllegalStateException.class),
                        false,
                        Optional.empty()));
        assertThat(policy("growing"))
                .isEqualTo(new FailurePolicy(
                        new Exponential(Duration.ofSeconds(2), 3, Duration.ofDays(1), 0, Integer.MAX_VALUE),
                        List.of(),
                        true,
                        Optional.of("/topic")));
    }

    @Test
    void own_settings_replace_the_annotation_member_by_member() {
        var growing = "pgmb.handler.growing.";
        assertThat(policy(
                        "growing",
                        growing + "retry.max-attempts",
                        "4",
                        growing + "retry.jitter",
                        "0.5",
                        growing + "on-failure",
                        "continue",
                        growing + "split-by",
                        "/payload/sku",
                        growing + "retry.permanent",
                        "java.io.IOException, java.lang.Error"))
                .isEqualTo(new FailurePolicy(
                        new Exponential(Duration.ofSeconds(2), 3, Duration.ofDays(1), 0.5, 4),
                        List.of(java.io.IOException.class, Error.class),
                        false,
                        Optional.of("/payload/sku")));
    }

    @Test
    void the_first_source_decides_between_explicit_and_growing_delays() {
        assertThat(policy("growing", "pgmb.handler.growing.retry.delays", "PT1S, P7D")
                        .retries())
                .isEqualTo(new Delays(List.of(Duration.ofSeconds(1), Duration.ofDays(7))));
        assertThat(policy("explicit", "pgmb.handler.explicit.retry.max-attempts", "unlimited")
                        .retries())
                .isEqualTo(new Exponential(Duration.ofSeconds(1), 2, Duration.ofHours(6), 0.2, Integer.MAX_VALUE));
    }

    @Test
    void settings_for_all_hold_where_nobody_says_otherwise() {
        String[] ofAll = {"pgmb.retry.delays", "PT9S", "pgmb.on-failure", "block"};
        assertThat(policy("silent", ofAll).retries()).isEqualTo(new Delays(List.of(Duration.ofSeconds(9))));
        assertThat(policy("silent", ofAll).blocks()).isTrue();
        assertThat(policy("explicit", ofAll).retries().attempts()).isEqualTo(3);
        assertThat(policy("growing", ofAll).retries().attempts()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void a_transaction_may_take_as_long_as_the_settings_say() {
        assertThat(definition("in-transaction").transactionTimeout()).isZero();
        assertThat(definition("in-transaction", "pgmb.transaction-timeout", "PT9S")
                        .transactionTimeout())
                .isEqualTo(Duration.ofSeconds(9));
        assertThat(definition(
                                "in-transaction",
                                "pgmb.transaction-timeout",
                                "PT9S",
                                "pgmb.handler.in-transaction.transaction-timeout",
                                "PT1M")
                        .transactionTimeout())
                .isEqualTo(Duration.ofMinutes(1));
        assertThat(definition("silent", "pgmb.transaction-timeout", "PT9S").transactionTimeout())
                .isZero();
    }

    @Test
    void what_does_not_go_together_is_refused() {
        assertRefused("silent", "retry.permanent", "com.shop.None")
                .hasMessageContaining("PGMB-0502: the permanent failures of handler silent name \"com.shop.None\"");
        assertRefused("silent", "retry.permanent", "java.lang.String").hasMessageContaining("java.lang.String");
        assertRefused("silent", "split-by", "/topic").hasMessageContaining("PGMB-0503: handler silent (");
        assertRefused("silent", "transaction-timeout", "PT1S").hasMessageContaining("has no transaction");
        assertRefused("silent", "retry.initial-delay", "PT7H")
                .hasMessageContaining("an initial delay of PT7H, which exceeds the longest one of PT6H");
        assertRefused("growing", "retry.max-delay", "PT1S").hasMessageContaining("exceeds the longest one of PT1S");
    }

    @Test
    void values_that_are_not_accepted_are_named_together() {
        assertThatThrownBy(() -> settings(
                        "pgmb.handler.silent.retry.delays",
                        "PT1S,soon",
                        "pgmb.handler.silent.retry.jitter",
                        "2",
                        "pgmb.retry.factor",
                        "0.9",
                        "pgmb.retry.max-attempts",
                        "0",
                        "pgmb.on-failure",
                        "stop",
                        "pgmb.handler.silent.split-by",
                        "topic",
                        "pgmb.transaction-timeout",
                        "PT1.5S"))
                .isInstanceOf(PgmbException.class)
                .message()
                .matches("(PGMB-05((?!PGMB).)+){7}")
                .contains("pgmb.handler.silent.retry.delays is \"PT1S,soon\". Accepted: a duration as in PT30S")
                .contains("pgmb.handler.silent.retry.jitter is \"2\". Accepted: 0.0 to 1.0.")
                .contains("pgmb.retry.factor is \"0.9\".")
                .contains("pgmb.retry.max-attempts is \"0\". Accepted: 1 to 1000000, or unlimited.")
                .contains("pgmb.on-failure is \"stop\". Accepted: continue, block.")
                .contains("pgmb.handler.silent.split-by is \"topic\". Accepted: a JSON Pointer")
                .contains("pgmb.transaction-timeout is PT1.5S, which is no number of whole seconds.");
        assertThatThrownBy(() -> settings("pgmb.retry.delays", "PT1S", "pgmb.retry.jitter", "0"))
                .hasMessage("PGMB-0503: pgmb.retry.delays are set, and so is another of pgmb.retry.*: either explicit"
                        + " delays or growing ones.");
    }

    private static org.assertj.core.api.AbstractThrowableAssert<?, ?> assertRefused(
            String handler, String setting, String value) {
        return assertThatThrownBy(() -> definition(handler, "pgmb.handler." + handler + "." + setting, value))
                .isInstanceOf(PgmbException.class);
    }

    private static FailurePolicy policy(String handler, String... settings) {
        return definition(handler, settings).failures();
    }

    private static HandlerDefinition definition(String name, String... settings) {
        try (var container = TestContainer.of(Handlers.class)) {
            return container
                    .handler(name)
                    .definition(
                            Handling.ofStored(events -> {}),
                            settings(settings).handlers().get(name));
        }
    }

    private static ModuleSettings settings(String... keysAndValues) {
        var values = new HashMap<String, String>(Map.of("pgmb.group-id", "shop"));
        for (var n = 0; n < keysAndValues.length; n += 2) {
            values.put(keysAndValues[n], keysAndValues[n + 1]);
        }
        var config = new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(values, "test", 100))
                .build();
        return new SettingsReader(config).read(List.of("silent", "explicit", "growing", "in-transaction"));
    }
}
