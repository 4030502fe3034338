package io.github.pgmb.internal.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.PgmbObserves;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import jakarta.ejb.Singleton;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.inject.Stereotype;
import jakarta.interceptor.InterceptorBinding;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Each handler is named after what is expected: {@code in…} acknowledges in its transaction, {@code after…} when it returns. */
class EffectiveTransactionTest {

    @Stereotype
    @Transactional
    @Retention(RetentionPolicy.RUNTIME)
    @interface Unit {}

    @Stereotype
    @Unit
    @Retention(RetentionPolicy.RUNTIME)
    @interface UnitOfUnit {}

    @InterceptorBinding
    @Transactional(TxType.MANDATORY)
    @Retention(RetentionPolicy.RUNTIME)
    @interface Bound {}

    static class Plain {

        @PgmbObserves(topics = "a", name = "after-nothing")
        void nothing(String s) {}

        @PgmbObserves(topics = "a", name = "in-method")
        @Transactional
        void required(String s) {}

        @PgmbObserves(topics = "a", name = "in-mandatory")
        @Transactional(TxType.MANDATORY)
        void mandatory(String s) {}

        @PgmbObserves(topics = "a", name = "after-supports")
        @Transactional(TxType.SUPPORTS)
        void supports(String s) {}

        @PgmbObserves(topics = "a", name = "in-binding")
        @Bound
        void binding(String s) {}
    }

    @Transactional
    static class OfClass {

        @PgmbObserves(topics = "a")
        void inherited(String s) {}

        @PgmbObserves(topics = "a")
        @Transactional(TxType.SUPPORTS)
        void overriddenByMethod(String s) {}
    }

    static class InOfClass extends OfClass {
        @Override
        void overriddenByMethod(String s) {}
    }

    @Transactional(TxType.SUPPORTS)
    static class AfterOfClass extends OfClass {}

    @UnitOfUnit
    static class OfStereotype {
        @PgmbObserves(topics = "a", name = "in-stereotype")
        void on(String s) {}
    }

    @UnitOfUnit
    @Transactional(TxType.SUPPORTS)
    static class ClassBeatsStereotype {
        @PgmbObserves(topics = "a", name = "after-class-beats-stereotype")
        void on(String s) {}
    }

    @TransactionAttribute(TransactionAttributeType.SUPPORTS)
    static class EjbBase {
        @PgmbObserves(topics = "a", name = "after-ejb-declaring-class")
        public void declaredInBase(String s) {}
    }

    @Stateless
    static class Ejb extends EjbBase {
        @PgmbObserves(topics = "a", name = "in-ejb-default")
        public void on(String s) {}

        @PgmbObserves(topics = "a", name = "after-ejb-method")
        @TransactionAttribute(TransactionAttributeType.SUPPORTS)
        public void supports(String s) {}

        @PgmbObserves(topics = "a", name = "after-ejb-static")
        public static void statically(String s) {}
    }

    @Singleton
    @TransactionAttribute(TransactionAttributeType.MANDATORY)
    static class EjbClass {
        @PgmbObserves(topics = "a", name = "in-ejb-class")
        public void on(String s) {}
    }

    @Stateless
    @TransactionManagement(TransactionManagementType.BEAN)
    static class BeanManaged {
        @PgmbObserves(topics = "a", name = "after-bean-managed")
        @TransactionAttribute(TransactionAttributeType.REQUIRED)
        public void on(String s) {}
    }

    @Test
    void is_that_of_method_class_stereotype_or_ejb() {
        try (var container = TestContainer.of(
                Plain.class,
                InOfClass.class,
                AfterOfClass.class,
                OfStereotype.class,
                ClassBeatsStereotype.class,
                Ejb.class,
                EjbClass.class,
                BeanManaged.class)) {
            var handlers = container.handlers().stream()
                    .collect(Collectors.toMap(DeclaredHandler::name, DeclaredHandler::acknowledging));
            assertThat(handlers).hasSize(16);
            handlers.forEach((name, acknowledging) -> assertThat(acknowledging)
                    .as(name)
                    .isEqualTo(name.startsWith("in-") ? Acknowledging.IN_TRANSACTION : Acknowledging.AFTER_RETURN));
        }
    }
}
