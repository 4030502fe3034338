package io.github.pgmb.internal.cdi;

import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.ObserverMethod;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Applies every rule to every declaration; those without a finding become handlers. */
final class HandlerValidation {

    private final BeanManager beans;
    private final boolean jsonb;
    private final DeploymentErrors errors;
    private final Map<String, String> places = new LinkedHashMap<>();
    private final List<DeclaredHandler> handlers = new ArrayList<>();

    /** @param jsonb whether payloads are read by JSON-B; its rules do not hold for an application's own mapper */
    HandlerValidation(BeanManager beans, boolean jsonb, DeploymentErrors errors) {
        this.beans = beans;
        this.jsonb = jsonb;
        this.errors = errors;
    }

    void validate(Declaration declaration, @Nullable Class<? extends Annotation> scope, ObserverMethod<?> observer) {
        var name = HandlerName.of(declaration);
        var transaction = EffectiveTransaction.of(declaration, beans);
        var parameter = EventParameter.of(declaration.eventParameter());
        var findings = Stream.of(
                        HandlerName.findings(name),
                        duplicates(name, declaration),
                        DeclaredInterest.findings(declaration.annotation()),
                        parameter.findings(jsonb),
                        transaction.findings(declaration.javaMethod()),
                        DeclaredFailures.findings(declaration.annotation(), parameter.unit()),
                        Invocability.findings(declaration, scope))
                .flatMap(finding -> finding)
                .toList();
        findings.forEach(finding -> errors.add(finding.error(), declaration.where(), finding.problem()));
        if (findings.isEmpty()) {
            handlers.add(new DeclaredHandler(
                    name,
                    DeclaredInterest.of(declaration.annotation()),
                    parameter,
                    transaction.acknowledging(),
                    DeclaredFailures.of(declaration.annotation()),
                    declaration.where(),
                    observer));
        }
    }

    List<DeclaredHandler> handlers() {
        return List.copyOf(handlers);
    }

    private Stream<Finding> duplicates(String name, Declaration declaration) {
        var other = places.putIfAbsent(name, declaration.where());
        return other == null
                ? Stream.empty()
                : Stream.of(new Finding(
                        DeploymentError.DUPLICATE_NAME, "has the name \"" + name + "\", which " + other + " has too"));
    }
}
