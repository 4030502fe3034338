package io.github.pgmb.it.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the {@link Desk}, which the first of them opens and which closes after the last. Without a browser, tests are skipped,
 * or fail if one is required.
 */
final class DeskExtension implements ExecutionCondition, BeforeEachCallback, AfterEachCallback, ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(DeskExtension.class);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (Chromium.onThisMachine().isPresent() || Chromium.isRequired()) {
            return ConditionEvaluationResult.enabled("a browser is there, or has to be");
        }
        var reason = "The page is not tested: chromium and chromedriver are not on the PATH.";
        context.getRoot().getStore(NAMESPACE).computeIfAbsent("said", key -> {
            System.out.println(reason);
            return key;
        });
        return ConditionEvaluationResult.disabled(reason);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Desk.class;
    }

    @Override
    public Desk resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return desk(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws InterruptedException {
        desk(context).visit();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isEmpty()) {
            desk(context).assertNoComplaints();
        }
    }

    private static Desk desk(ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE).computeIfAbsent(Desk.class, key -> opened(), Desk.class);
    }

    private static Desk opened() {
        try {
            return Desk.open(Chromium.onThisMachine()
                    .orElseThrow(() -> new AssertionError("chromium and chromedriver have to be on the PATH: CI or "
                            + Chromium.REQUIRED + " is true")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
