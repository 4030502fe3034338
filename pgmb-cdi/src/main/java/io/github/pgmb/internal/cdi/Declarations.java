package io.github.pgmb.internal.cdi;

import io.github.pgmb.spi.PayloadMapper;
import jakarta.enterprise.inject.spi.AnnotatedMethod;
import jakarta.enterprise.inject.spi.AnnotatedType;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.ObserverMethod;
import jakarta.enterprise.inject.spi.configurator.AnnotatedMethodConfigurator;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The handlers of an application while the container discovers them. Used by the container's bootstrap thread only. */
final class Declarations {

    private final List<Unobservable> unobservable = new ArrayList<>();
    private final Map<Place, Captured> captured = new LinkedHashMap<>();
    private final Map<Class<?>, EnabledBean> beans = new HashMap<>();
    private final Set<Class<?>> sessionBeans = new HashSet<>();
    private boolean mapperReplaced;

    private record Place(Class<?> bean, Method method) {}

    private record Unobservable(Place place, DeploymentError error, String problem) {}

    private record Captured(ObserverMethod<?> observer, AnnotatedMethod<?> method) {}

    private record EnabledBean(AnnotatedType<?> type, Class<? extends Annotation> scope) {}

    /** Adds {@code @Observes} to the first parameter, unless the container would refuse that with a message of its own. */
    void makeObserver(Class<?> bean, AnnotatedMethodConfigurator<?> method) {
        var place = new Place(bean, method.getAnnotated().getJavaMember());
        var obstacle = Observability.obstacle(method.getAnnotated());
        if (obstacle.isPresent()) {
            unobservable.add(new Unobservable(
                    place, obstacle.get().error(), obstacle.get().problem()));
            return;
        }
        method.params()
                .get(0)
                .add(new ObservesLiteral())
                .add(new Delivered.Literal(bean.getName() + " " + place.method));
    }

    void noteBean(Bean<?> bean) {
        mapperReplaced |=
                bean.getTypes().contains(PayloadMapper.class) && bean.getBeanClass() != JsonbPayloadMapper.class;
    }

    void noteType(AnnotatedType<?> type, Bean<?> bean) {
        beans.put(bean.getBeanClass(), new EnabledBean(type, bean.getScope()));
    }

    void noteSessionBean(Class<?> bean) {
        sessionBeans.add(bean);
    }

    /** Ignores observers that are none of ours, and those that arrive a second time. */
    void capture(ObserverMethod<?> observer, @Nullable AnnotatedMethod<?> method) {
        var ours = observer.getObservedQualifiers().stream().anyMatch(Delivered.class::isInstance);
        if (ours && method != null) {
            captured.putIfAbsent(
                    new Place(observer.getBeanClass(), method.getJavaMember()), new Captured(observer, method));
        }
    }

    /** Returns the valid handlers; every mistake of the others is added to {@code errors}. */
    List<DeclaredHandler> validated(BeanManager beanManager, DeploymentErrors errors) {
        unobservable.stream()
                .filter(found -> beans.containsKey(found.place.bean))
                .forEach(found -> errors.add(
                        found.error, Declaration.where(found.place.bean, found.place.method), found.problem));
        var validation = new HandlerValidation(beanManager, !mapperReplaced, errors);
        captured.forEach((place, found) ->
                validation.validate(declaration(place.bean, found.method), scope(place.bean), found.observer));
        return validation.handlers();
    }

    private Declaration declaration(Class<?> bean, AnnotatedMethod<?> method) {
        var enabled = beans.get(bean);
        var type = enabled == null ? method.getDeclaringType() : enabled.type;
        return new Declaration(type, method, sessionBeans.contains(bean));
    }

    private @Nullable Class<? extends Annotation> scope(Class<?> bean) {
        var enabled = beans.get(bean);
        return enabled == null ? null : enabled.scope;
    }
}
