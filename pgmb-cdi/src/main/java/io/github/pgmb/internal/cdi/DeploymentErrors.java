package io.github.pgmb.internal.cdi;

import jakarta.enterprise.inject.spi.DefinitionException;
import java.util.ArrayList;
import java.util.List;

/** All mistakes of an application, so that they are reported together. */
final class DeploymentErrors {

    private final List<DefinitionException> exceptions = new ArrayList<>();

    void add(DeploymentError error, String where, String problem) {
        var exception = new DefinitionException(error.text(where, problem));
        // It would tell of the extension only, and servers print it for each of the mistakes.
        exception.setStackTrace(new StackTraceElement[0]);
        exceptions.add(exception);
    }

    List<DefinitionException> exceptions() {
        return List.copyOf(exceptions);
    }
}
