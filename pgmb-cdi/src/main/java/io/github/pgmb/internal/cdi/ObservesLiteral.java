package io.github.pgmb.internal.cdi;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Reception;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.enterprise.util.AnnotationLiteral;
import java.io.Serial;

/** {@code @Observes} with its defaults; CDI 4.0 has no literal of it. */
final class ObservesLiteral extends AnnotationLiteral<Observes> implements Observes {

    @Serial
    private static final long serialVersionUID = 1L;

    @Override
    public Reception notifyObserver() {
        return Reception.ALWAYS;
    }

    @Override
    public TransactionPhase during() {
        return TransactionPhase.IN_PROGRESS;
    }
}
