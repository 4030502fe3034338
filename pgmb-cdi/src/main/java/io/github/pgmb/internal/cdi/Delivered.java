package io.github.pgmb.internal.cdi;

import jakarta.enterprise.util.AnnotationLiteral;
import jakarta.inject.Qualifier;
import java.io.Serial;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The qualifier that makes a handler an observer that nobody but the broker can notify. It is part of the observed event
 * type and thus tells the container's observers of handlers from all others.
 */
@Qualifier
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
@interface Delivered {

    /** Bean class and signature of the method. */
    String to();

    /** An instance of the qualifier. */
    final class Literal extends AnnotationLiteral<Delivered> implements Delivered {

        @Serial
        private static final long serialVersionUID = 1L;

        private final String to;

        Literal(String to) {
            this.to = to;
        }

        @Override
        public String to() {
            return to;
        }
    }
}
