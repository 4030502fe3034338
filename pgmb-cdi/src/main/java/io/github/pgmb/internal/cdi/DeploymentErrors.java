package io.github.pgmb.internal.cdi;

import jakarta.enterprise.inject.spi.DefinitionException;
import java.util.ArrayList;
import java.util.List;

/** All mistakes of an application, so that they are reported together. */
final class DeploymentErrors {

    private final List<DefinitionException> exceptions = new ArrayList<>();

    void add(DeploymentError error, String where, String problem) {
        exceptions.add(new DefinitionException(error.text(where, problem)));
    }

    List<DefinitionException> exceptions() {
        return List.copyOf(exceptions);
    }
}
