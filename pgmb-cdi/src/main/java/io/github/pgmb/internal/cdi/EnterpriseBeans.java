package io.github.pgmb.internal.cdi;

import jakarta.enterprise.inject.spi.AnnotatedType;
import java.util.Optional;
import java.util.Set;

/** What Enterprise Beans have of their own. Knows annotations by name until there is an EJB: the API is optional. */
final class EnterpriseBeans {

    private static final Set<String> KINDS =
            Set.of("jakarta.ejb.Stateless", "jakarta.ejb.Stateful", "jakarta.ejb.Singleton");

    private EnterpriseBeans() {}

    static boolean isOne(AnnotatedType<?> type) {
        return type.getAnnotations().stream()
                .anyMatch(
                        annotation -> KINDS.contains(annotation.annotationType().getName()));
    }

    /** The attribute of an EJB's method; empty if the bean manages its transactions itself. */
    static Optional<String> attribute(Declaration declaration) {
        return ContainerManagedTransactions.attribute(declaration);
    }
}
