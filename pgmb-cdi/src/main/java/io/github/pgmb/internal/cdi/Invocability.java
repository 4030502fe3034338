package io.github.pgmb.internal.cdi;

import jakarta.enterprise.context.ConversationScoped;
import jakarta.enterprise.context.SessionScoped;
import jakarta.enterprise.inject.spi.Annotated;
import jakarta.enterprise.inject.spi.EventMetadata;
import java.lang.annotation.Annotation;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether the broker can call a method, and the end of the call means that the event is handled. */
final class Invocability {

    private static final Set<Class<? extends Annotation>> INACTIVE =
            Set.of(SessionScoped.class, ConversationScoped.class);

    /** By name: their APIs are optional. */
    private static final Set<String> ASYNCHRONOUS = Set.of(
            "jakarta.ejb.Asynchronous",
            "jakarta.enterprise.concurrent.Asynchronous",
            "org.eclipse.microprofile.faulttolerance.Asynchronous");

    private Invocability() {}

    static Stream<Finding> findings(Declaration declaration, @Nullable Class<? extends Annotation> scope) {
        return Stream.of(result(declaration), asynchronous(declaration), scope(scope), eventMetadata(declaration))
                .flatMap(finding -> finding);
    }

    private static Stream<Finding> result(Declaration declaration) {
        var type = declaration.javaMethod().getReturnType();
        return type == void.class
                ? Stream.empty()
                : Stream.of(new Finding(
                        DeploymentError.RESULT, "returns " + type.getSimpleName() + ", which would be lost"));
    }

    private static Stream<Finding> asynchronous(Declaration declaration) {
        return isAsynchronous(declaration.method()) || isAsynchronous(declaration.bean())
                ? Stream.of(new Finding(DeploymentError.ASYNCHRONOUS, "is @Asynchronous"))
                : Stream.empty();
    }

    private static boolean isAsynchronous(Annotated annotated) {
        return annotated.getAnnotations().stream()
                .anyMatch(annotation ->
                        ASYNCHRONOUS.contains(annotation.annotationType().getName()));
    }

    /** Weld has it only for events that Weld itself has fired. */
    private static Stream<Finding> eventMetadata(Declaration declaration) {
        return Stream.of(declaration.javaMethod().getParameterTypes()).anyMatch(EventMetadata.class::equals)
                ? Stream.of(new Finding(DeploymentError.EVENT_METADATA, "takes EventMetadata"))
                : Stream.empty();
    }

    private static Stream<Finding> scope(@Nullable Class<? extends Annotation> scope) {
        return scope != null && INACTIVE.contains(scope)
                ? Stream.of(new Finding(DeploymentError.SCOPE, "belongs to a @" + scope.getSimpleName() + " bean"))
                : Stream.empty();
    }
}
