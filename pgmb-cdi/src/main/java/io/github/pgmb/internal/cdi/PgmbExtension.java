package io.github.pgmb.internal.cdi;

import io.github.pgmb.PgmbObserves;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.enterprise.inject.spi.ProcessBean;
import jakarta.enterprise.inject.spi.ProcessManagedBean;
import jakarta.enterprise.inject.spi.ProcessObserverMethod;
import jakarta.enterprise.inject.spi.ProcessSessionBean;
import jakarta.enterprise.inject.spi.WithAnnotations;
import java.util.List;

/**
 * Collects the {@code @PgmbObserves} methods of an application as CDI observers and validates them; starts nothing, reads
 * no configuration. One EAR may have several instances.
 */
public class PgmbExtension implements Extension {

    private final Declarations declarations = new Declarations();
    private List<DeclaredHandler> handlers = List.of();

    /** What the application declares, valid; empty before the container has discovered its beans. */
    public List<DeclaredHandler> handlers() {
        return handlers;
    }

    void addOwnBeans(@Observes BeforeBeanDiscovery event) {
        OwnBeans.present(PgmbExtension.class.getClassLoader())
                .forEach(type -> event.addAnnotatedType(type, type.getName()));
    }

    <T> void makeObservers(@Observes @WithAnnotations(PgmbObserves.class) ProcessAnnotatedType<T> event) {
        var bean = event.getAnnotatedType().getJavaClass();
        event.configureAnnotatedType()
                .filterMethods(method -> Declaration.isIn(bean, method))
                .forEach(method -> declarations.makeObserver(bean, method));
    }

    void noteBean(@Observes ProcessBean<?> event) {
        declarations.noteBean(event.getBean());
    }

    void noteManagedBean(@Observes ProcessManagedBean<?> event) {
        declarations.noteType(event.getAnnotatedBeanClass(), event.getBean());
    }

    /** A session bean also arrives as a managed bean; only here it is known to be one. */
    void noteSessionBean(@Observes ProcessSessionBean<?> event) {
        declarations.noteType(event.getAnnotatedBeanClass(), event.getBean());
        declarations.noteSessionBean(event.getBean().getBeanClass());
    }

    <T, X> void capture(@Observes ProcessObserverMethod<T, X> event) {
        declarations.capture(event.getObserverMethod(), event.getAnnotatedMethod());
    }

    void validate(@Observes AfterBeanDiscovery event, BeanManager beans) {
        var errors = new DeploymentErrors();
        handlers = declarations.validated(beans, errors);
        errors.exceptions().forEach(event::addDefinitionError);
    }
}
