package io.github.pgmb.internal.cdi;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.Annotated;
import jakarta.enterprise.inject.spi.AnnotatedMethod;
import jakarta.inject.Inject;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Optional;

/** Whether a method can be made a CDI observer at all. */
final class Observability {

    private static final List<Class<? extends Annotation>> ON_METHOD = List.of(Inject.class, Produces.class);
    private static final List<Class<? extends Annotation>> ON_PARAMETER =
            List.of(Observes.class, ObservesAsync.class, Disposes.class);

    private Observability() {}

    static Optional<Finding> obstacle(AnnotatedMethod<?> method) {
        if (method.getParameters().isEmpty()) {
            return Optional.of(new Finding(DeploymentError.NO_PARAMETER, "has no parameter"));
        }
        return otherRole(method)
                .map(role ->
                        new Finding(DeploymentError.OTHER_ROLE, "is annotated @" + role.getSimpleName() + " as well"));
    }

    private static Optional<Class<? extends Annotation>> otherRole(AnnotatedMethod<?> method) {
        return ON_METHOD.stream()
                .filter(method::isAnnotationPresent)
                .findFirst()
                .or(() -> method.getParameters().stream()
                        .filter(parameter -> !isOurs(parameter))
                        .flatMap(parameter -> ON_PARAMETER.stream().filter(parameter::isAnnotationPresent))
                        .findFirst());
    }

    /** Some servers have several instances of the extension in one application, which all see the same types. */
    private static boolean isOurs(Annotated parameter) {
        return parameter.isAnnotationPresent(Delivered.class);
    }
}
