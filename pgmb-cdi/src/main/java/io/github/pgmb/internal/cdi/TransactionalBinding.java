package io.github.pgmb.internal.cdi;

import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.transaction.Transactional;
import java.lang.annotation.Annotation;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Finds {@code @Transactional} where CDI looks for interceptor bindings: method, class, their bindings, stereotypes. */
final class TransactionalBinding {

    private final BeanManager beans;
    private final Set<Class<? extends Annotation>> visited = new HashSet<>();

    private TransactionalBinding(BeanManager beans) {
        this.beans = beans;
    }

    static Optional<Transactional.TxType> of(Declaration declaration, BeanManager beans) {
        return Stream.of(declaration.method(), declaration.bean())
                .flatMap(annotated -> new TransactionalBinding(beans).find(annotated.getAnnotations()).stream())
                .findFirst();
    }

    private Optional<Transactional.TxType> find(Collection<Annotation> annotations) {
        return annotations.stream()
                .filter(Transactional.class::isInstance)
                .map(annotation -> ((Transactional) annotation).value())
                .findFirst()
                .or(() -> annotations.stream()
                        .flatMap(annotation -> indirectly(annotation.annotationType()).stream())
                        .findFirst());
    }

    private Optional<Transactional.TxType> indirectly(Class<? extends Annotation> type) {
        if (!visited.add(type)) {
            return Optional.empty();
        }
        if (beans.isStereotype(type)) {
            return find(beans.getStereotypeDefinition(type));
        }
        return beans.isInterceptorBinding(type) ? find(beans.getInterceptorBindingDefinition(type)) : Optional.empty();
    }
}
