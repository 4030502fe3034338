package io.github.pgmb.internal.cdi;

import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import jakarta.enterprise.inject.spi.BeanManager;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The transaction in which a handler runs, whoever begins it.
 *
 * @param attribute as Jakarta Transactions and Enterprise Beans name it; empty if the container leaves transactions alone
 * @param transactional whether {@code @Transactional} is effective
 * @param enterpriseBean whether the handler belongs to an EJB
 */
record EffectiveTransaction(Optional<String> attribute, boolean transactional, boolean enterpriseBean) {

    private static final Set<String> JOINING = Set.of("REQUIRED", "MANDATORY");
    private static final Set<String> REFUSED = Set.of("REQUIRES_NEW", "NOT_SUPPORTED", "NEVER");

    static EffectiveTransaction of(Declaration declaration, BeanManager beans) {
        var transactional = TransactionalBinding.of(declaration, beans).map(Enum::name);
        var enterpriseBean = declaration.sessionBean() || EnterpriseBeans.isOne(declaration.bean());
        var attribute = enterpriseBean ? EnterpriseBeans.attribute(declaration) : transactional;
        return new EffectiveTransaction(attribute, transactional.isPresent(), enterpriseBean);
    }

    Acknowledging acknowledging() {
        return attribute.filter(JOINING::contains).isPresent()
                ? Acknowledging.IN_TRANSACTION
                : Acknowledging.AFTER_RETURN;
    }

    Stream<Finding> findings(Method method) {
        return Stream.of(refused(), conflict(), notIntercepted(method)).flatMap(Optional::stream);
    }

    private Optional<Finding> refused() {
        return attribute
                .filter(REFUSED::contains)
                .map(name ->
                        new Finding(DeploymentError.TRANSACTION_ATTRIBUTE, "has the transaction attribute " + name));
    }

    private Optional<Finding> conflict() {
        return transactional && enterpriseBean
                ? Optional.of(new Finding(DeploymentError.EJB_TRANSACTIONAL, "belongs to an EJB and is @Transactional"))
                : Optional.empty();
    }

    /** Servers ignore the annotation there without a word. */
    private Optional<Finding> notIntercepted(Method method) {
        var modifiers = method.getModifiers();
        return transactional && (Modifier.isPrivate(modifiers) || Modifier.isStatic(modifiers))
                ? Optional.of(new Finding(
                        DeploymentError.NOT_INTERCEPTED,
                        "is @Transactional but " + (Modifier.isPrivate(modifiers) ? "private" : "static")))
                : Optional.empty();
    }
}
