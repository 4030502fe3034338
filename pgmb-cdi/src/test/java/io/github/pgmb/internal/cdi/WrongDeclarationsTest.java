package io.github.pgmb.internal.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.pgmb.Event;
import io.github.pgmb.EventBatch;
import io.github.pgmb.PgmbObserves;
import io.github.pgmb.spi.PayloadMapper;
import jakarta.annotation.Priority;
import jakarta.ejb.Asynchronous;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.SessionScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.spi.EventMetadata;
import jakarta.json.bind.annotation.JsonbDateFormat;
import jakarta.transaction.Transactional;
import java.io.Serializable;
import java.lang.reflect.Type;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A wrong declaration fails the deployment, together with all others, and says where it is and what is accepted. */
@SuppressWarnings({"UnusedMethod", "UnusedVariable", "ClassCanBeStatic"}) // mistakes on purpose
class WrongDeclarationsTest {

    record Order(String sku) {}

    /** Each nested class has exactly one mistake. */
    static class NoParameter {
        @PgmbObserves(topics = "a")
        void on() {}
    }

    static class AlreadyObserves {
        @PgmbObserves(topics = "a")
        void on(@Observes Order order) {}
    }

    static class AlreadyObservesAsync {
        @PgmbObserves(topics = "a")
        void on(@ObservesAsync Order order) {}
    }

    static class SecondParameterObserves {
        @PgmbObserves(topics = "a")
        void on(Order order, @Observes String other) {}
    }

    static class NoInterest {
        @PgmbObserves
        void on(Order order) {}
    }

    static class BlankCondition {
        @PgmbObserves(conditionsSql = "  ")
        void on(Order order) {}
    }

    static class EmptyTopic {
        @PgmbObserves(topics = {"a", ""})
        void on(Order order) {}
    }

    static class OnlyWildcard {
        @PgmbObserves(topics = ".*")
        void on(Order order) {}
    }

    static class Star {
        @PgmbObserves(topics = "*")
        void on(Order order) {}
    }

    static class InnerWildcard {
        @PgmbObserves(topics = "a.*.b")
        void on(Order order) {}
    }

    static class NulTopic {
        @PgmbObserves(topics = "a\0b")
        void on(Order order) {}
    }

    static final String C64 = "0123456789012345678901234567890123456789012345678901234567890123";

    static class LongTopic {
        @PgmbObserves(topics = C64 + C64 + C64 + C64)
        void on(Order order) {}
    }

    static class NulCondition {
        @PgmbObserves(conditionsSql = "e.topic = 'a\0'")
        void on(Order order) {}
    }

    static class ParamsNoObject {
        @PgmbObserves(conditionsSql = "true", params = "[1]")
        void on(Order order) {}
    }

    static class ParamsNoJson {
        @PgmbObserves(conditionsSql = "true", params = "{\"a\":")
        void on(Order order) {}
    }

    static class ParamsWithTrail {
        @PgmbObserves(conditionsSql = "true", params = "{} x")
        void on(Order order) {}
    }

    static class ParamsEmpty {
        @PgmbObserves(conditionsSql = "true", params = "")
        void on(Order order) {}
    }

    static class ParamsReserved {
        @PgmbObserves(conditionsSql = "true", params = "{\"topics\":[]}")
        void on(Order order) {}
    }

    static class ParamsNul {
        @PgmbObserves(conditionsSql = "true", params = "{\"a\":[{\"b\":\"\\u0000\"}]}")
        void on(Order order) {}
    }

    static class ParamsUnseen {
        @PgmbObserves(topics = "a", params = "{\"min\":1}")
        void on(Order order) {}
    }

    static class UpperCaseName {
        @PgmbObserves(topics = "a", name = "Orders")
        void on(Order order) {}
    }

    static class HyphenName {
        @PgmbObserves(topics = "a", name = "-orders")
        void on(Order order) {}
    }

    static class LongName {
        @PgmbObserves(topics = "a", name = C64 + C64)
        void on(Order order) {}
    }

    static class Twins {
        @PgmbObserves(topics = "a", name = "twin")
        void first(Order order) {}

        @PgmbObserves(topics = "a", name = "twin")
        void second(Order order) {}
    }

    static class RawEvent {
        @PgmbObserves(topics = "a")
        @SuppressWarnings("rawtypes")
        void on(Event event) {}
    }

    static class RawBatch {
        @PgmbObserves(topics = "a")
        @SuppressWarnings("rawtypes")
        void on(EventBatch batch) {}
    }

    static class RawList {
        @PgmbObserves(topics = "a")
        @SuppressWarnings("rawtypes")
        void on(List list) {}
    }

    static class ListOfRawEvents {
        @PgmbObserves(topics = "a")
        @SuppressWarnings("rawtypes")
        void on(List<Event> list) {}
    }

    static class SetOfEvents {
        @PgmbObserves(topics = "a")
        void on(Set<Event<Order>> events) {}
    }

    static class EventOfEvents {
        @PgmbObserves(topics = "a")
        void on(Event<Event<Order>> event) {}
    }

    static class TypeVariable {
        @PgmbObserves(topics = "a")
        <T> void on(T payload) {}
    }

    static class UnboundWildcard {
        @PgmbObserves(topics = "a")
        void on(EventBatch<?> batch) {}
    }

    static class WildcardInside {
        @PgmbObserves(topics = "a")
        void on(Map<String, ?> payload) {}
    }

    class Inner {}

    static class InnerPayload {
        @PgmbObserves(topics = "a")
        void on(Event<Inner> event) {}
    }

    interface Shape {}

    static class InterfacePayload {
        @PgmbObserves(topics = "a")
        void on(Shape shape) {}
    }

    abstract static class AbstractShape {}

    static class AbstractPayload {
        @PgmbObserves(topics = "a")
        void on(List<AbstractShape> shapes) {}
    }

    record Drawing(Optional<Shape> shape) {}

    static class InterfaceComponent {
        @PgmbObserves(topics = "a")
        void on(Drawing drawing) {}
    }

    static class NoConstructor {
        NoConstructor(String value) {}
    }

    @Dependent
    static class NoConstructorPayload {
        @PgmbObserves(topics = "a")
        void on(NoConstructor payload) {}
    }

    record Dated(@JsonbDateFormat("dd.MM.yyyy") LocalDate day) {}

    static class CustomisedComponent {
        @PgmbObserves(topics = "a")
        void on(Dated dated) {}
    }

    static class VoidPayload {
        @PgmbObserves(topics = "a")
        void on(Void nothing) {}
    }

    static class RequiresNew {
        @PgmbObserves(topics = "a")
        @Transactional(Transactional.TxType.REQUIRES_NEW)
        void on(Order order) {}
    }

    @Transactional(Transactional.TxType.NOT_SUPPORTED)
    static class NotSupportedClass {
        @PgmbObserves(topics = "a")
        void on(Order order) {}
    }

    @Stateless
    static class NeverEjb {
        @PgmbObserves(topics = "a")
        @TransactionAttribute(TransactionAttributeType.NEVER)
        public void on(Order order) {}
    }

    static class PrivateTransactional {
        @PgmbObserves(topics = "a")
        @Transactional
        private void on(Order order) {}
    }

    @Transactional
    static class PrivateInTransactionalClass {
        @PgmbObserves(topics = "a")
        private void on(Order order) {}
    }

    static class StaticTransactional {
        @PgmbObserves(topics = "a")
        @Transactional
        static void on(Order order) {}
    }

    @Stateless
    @TransactionManagement(TransactionManagementType.BEAN)
    static class BeanManagedTransactional {
        @PgmbObserves(topics = "a")
        @Transactional
        public void on(Order order) {}
    }

    static class Result {
        @PgmbObserves(topics = "a")
        CompletionStage<String> on(Order order) {
            return CompletableFuture.completedFuture("");
        }
    }

    static class AsynchronousMethod {
        @PgmbObserves(topics = "a")
        @Asynchronous
        void on(Order order) {}
    }

    @SessionScoped
    static class InSession implements Serializable {
        private static final long serialVersionUID = 1L;

        @PgmbObserves(topics = "a")
        void on(Order order) {}
    }

    static class Metadata {
        @PgmbObserves(topics = "a")
        void on(Order order, EventMetadata metadata) {}
    }

    static Stream<Arguments> mistakes() {
        return Stream.concat(FailureMistakes.all(), ofOtherMembers());
    }

    private static Stream<Arguments> ofOtherMembers() {
        return Stream.of(
                arguments("PGMB-0001", NoParameter.class, "has no parameter"),
                arguments("PGMB-0002", SecondParameterObserves.class, "is annotated @Observes as well"),
                arguments("PGMB-0002", AlreadyObserves.class, "is annotated @Observes as well"),
                arguments("PGMB-0002", AlreadyObservesAsync.class, "is annotated @ObservesAsync as well"),
                arguments("PGMB-0003", NoInterest.class, "neither topics nor a condition"),
                arguments("PGMB-0003", BlankCondition.class, "neither topics nor a condition"),
                arguments("PGMB-0004", EmptyTopic.class, "the topic \"\", which is empty"),
                arguments("PGMB-0004", OnlyWildcard.class, "is empty"),
                arguments("PGMB-0004", Star.class, "the topic \"*\""),
                arguments("PGMB-0004", InnerWildcard.class, "the topic \"a.*.b\""),
                arguments("PGMB-0004", NulTopic.class, "\"a\\0b\", which contains NUL"),
                arguments("PGMB-0004", LongTopic.class, "longer than 255"),
                arguments("PGMB-0005", NulCondition.class, "contains NUL"),
                arguments("PGMB-0006", ParamsNoObject.class, "not a JSON object: [1]"),
                arguments("PGMB-0006", ParamsNoJson.class, "not a JSON object"),
                arguments("PGMB-0006", ParamsWithTrail.class, "not a JSON object"),
                arguments("PGMB-0006", ParamsEmpty.class, "not a JSON object"),
                arguments("PGMB-0006", ParamsReserved.class, "the key \"topics\""),
                arguments("PGMB-0006", ParamsNul.class, "NUL"),
                arguments("PGMB-0006", ParamsUnseen.class, "nothing sees"),
                arguments("PGMB-0007", UpperCaseName.class, "\"Orders\""),
                arguments("PGMB-0007", HyphenName.class, "\"-orders\""),
                arguments("PGMB-0007", LongName.class, "0123"),
                arguments("PGMB-0008", Twins.class, "has the name \"twin\", which"),
                arguments("PGMB-0009", RawEvent.class, "takes Event without"),
                arguments("PGMB-0009", RawBatch.class, "takes EventBatch without"),
                arguments("PGMB-0009", RawList.class, "takes List without"),
                arguments("PGMB-0009", ListOfRawEvents.class, "takes Event without"),
                arguments("PGMB-0009", SetOfEvents.class, "takes Event inside of another type"),
                arguments("PGMB-0009", EventOfEvents.class, "takes Event inside of another type"),
                arguments("PGMB-0010", TypeVariable.class, "takes T, which is not a concrete type"),
                arguments("PGMB-0010", UnboundWildcard.class, "takes ?, which is not a concrete type"),
                arguments("PGMB-0010", WildcardInside.class, "takes ?, which is not a concrete type"),
                arguments("PGMB-0010", InnerPayload.class, "Inner, which is an inner"),
                arguments("PGMB-0010", InterfacePayload.class, "Shape, which is an interface"),
                arguments("PGMB-0010", AbstractPayload.class, "AbstractShape, which is abstract"),
                arguments("PGMB-0010", InterfaceComponent.class, "Shape, which is an interface"),
                arguments("PGMB-0010", NoConstructorPayload.class, "which has neither"),
                arguments("PGMB-0010", CustomisedComponent.class, "has @JsonbDateFormat on the component day"),
                arguments("PGMB-0010", VoidPayload.class, "has no values"),
                arguments("PGMB-0011", RequiresNew.class, "REQUIRES_NEW"),
                arguments("PGMB-0011", NotSupportedClass.class, "NOT_SUPPORTED"),
                arguments("PGMB-0011", NeverEjb.class, "NEVER"),
                arguments("PGMB-0012", PrivateTransactional.class, "@Transactional but private"),
                arguments("PGMB-0012", PrivateInTransactionalClass.class, "@Transactional but private"),
                arguments("PGMB-0012", StaticTransactional.class, "@Transactional but static"),
                arguments("PGMB-0013", BeanManagedTransactional.class, "belongs to an EJB and is @Transactional"),
                arguments("PGMB-0014", Result.class, "returns CompletionStage"),
                arguments("PGMB-0015", AsynchronousMethod.class, "@Asynchronous"),
                arguments("PGMB-0016", InSession.class, "belongs to a @SessionScoped bean"),
                arguments("PGMB-0017", Metadata.class, "takes EventMetadata"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void fails_with_code_place_and_what_is_accepted(String code, Class<?> bean, String problem) {
        assertThat(failures(bean))
                .singleElement()
                .asString()
                .startsWith(code + ": @PgmbObserves " + bean.getName() + ".")
                .contains(problem)
                .contains(". Accepted: ");
    }

    @Test
    void all_mistakes_of_an_application_come_out_together() {
        var beans = mistakes().map(mistake -> (Class<?>) mistake.get()[1]).toArray(Class<?>[]::new);
        assertThat(failures(beans)).hasSize(beans.length);
    }

    static class ManyMistakes {
        @PgmbObserves(topics = "", params = "1", name = "X")
        private int on(Shape shape) {
            return 0;
        }
    }

    @Test
    void all_mistakes_of_a_method_come_out_together() {
        assertThat(failures(ManyMistakes.class))
                .extracting(message -> message.substring(0, "PGMB-0000".length()))
                .containsExactlyInAnyOrder("PGMB-0004", "PGMB-0006", "PGMB-0007", "PGMB-0010", "PGMB-0014");
    }

    @Test
    void every_code_is_provoked() {
        assertThat(mistakes().map(mistake -> mistake.get()[0]))
                .containsAll(Stream.of(DeploymentError.values())
                        .map(DeploymentError::code)
                        .toList());
    }

    @Alternative
    @Priority(1)
    @ApplicationScoped
    static class OwnMapper implements PayloadMapper {
        @Override
        public String toJson(Object payload) {
            return "{}";
        }

        @Override
        public Object fromJson(String json, Type type) {
            return (Supplier<String>) () -> json;
        }
    }

    @Test
    void an_own_mapper_may_build_what_jsonb_cannot() {
        var own = failures(InterfacePayload.class, CustomisedComponent.class, TypeVariable.class, OwnMapper.class);
        assertThat(own).singleElement().asString().startsWith("PGMB-0010").contains("takes T");
    }

    private static List<String> failures(Class<?>... beans) {
        var thrown = catchThrowable(() -> TestContainer.of(beans).close());
        assertThat(thrown).as("deployment of %s", List.of(beans)).isNotNull();
        return thrown.getMessage()
                .lines()
                .flatMap(line ->
                        Stream.of(line.indexOf("PGMB-")).filter(at -> at >= 0).map(line::substring))
                .distinct()
                .toList();
    }
}
