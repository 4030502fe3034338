package io.github.pgmb.it.payara;

import static io.github.pgmb.test.postgres.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.Broker;
import io.github.pgmb.PgmbObserves;
import io.github.pgmb.it.payara.support.AppDatabase;
import io.github.pgmb.it.payara.support.Deployments;
import io.github.pgmb.it.payara.support.Health;
import io.github.pgmb.it.payara.support.Received;
import io.github.pgmb.spi.PayloadMapper;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;
import jakarta.json.Json;
import java.lang.reflect.Type;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** The broker uses what an application replaces. */
@ArquillianTest
class ReplacedSeamsIT {

    @Inject
    Broker broker;

    @Inject
    Received received;

    @Deployment
    static WebArchive application() {
        return Deployments.named("replaced-seams", AppDatabase.create()).buildForInside(ReplacedSeamsIT.class);
    }

    /** Leaves its traces in what it maps. */
    @Alternative
    @Priority(Interceptor.Priority.APPLICATION)
    @ApplicationScoped
    public static class MarkingMapper implements PayloadMapper {

        @Override
        public String toJson(Object payload) {
            return Json.createValue(payload + " written").toString();
        }

        @Override
        public Object fromJson(String json, Type type) {
            return json.replace("\"", "") + " and read";
        }
    }

    /** A handler. */
    @ApplicationScoped
    public static class Handlers {

        @Inject
        Received received;

        @PgmbObserves(topics = "words")
        void word(String word) {
            received.add("word", word);
        }
    }

    @Test
    void anAlternativeMapperIsUsedForPublishingAndForHandlers() {
        Health.awaitReady();
        broker.publish("words", "hello");

        eventually(() -> assertThat(received.by("word")).containsExactly("hello written and read"));
    }
}
