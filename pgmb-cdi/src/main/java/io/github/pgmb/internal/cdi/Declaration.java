package io.github.pgmb.internal.cdi;

import io.github.pgmb.PgmbObserves;
import jakarta.enterprise.inject.spi.AnnotatedMethod;
import jakarta.enterprise.inject.spi.AnnotatedType;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A {@code @PgmbObserves} method of a bean.
 *
 * @param bean the bean's class, of which {@code method} may be inherited
 * @param sessionBean whether it is an EJB
 */
record Declaration(AnnotatedType<?> bean, AnnotatedMethod<?> method, boolean sessionBean) {

    /** Javac copies annotations to the bridges that it generates for overridden generic methods. */
    static boolean isIn(Class<?> bean, AnnotatedMethod<?> method) {
        return method.isAnnotationPresent(PgmbObserves.class)
                && !method.getJavaMember().isBridge()
                && !Overriding.isOverridden(method.getJavaMember(), bean);
    }

    PgmbObserves annotation() {
        return method.getAnnotation(PgmbObserves.class);
    }

    Method javaMethod() {
        return method.getJavaMember();
    }

    Class<?> beanClass() {
        return bean.getJavaClass();
    }

    /** The declared type of the first parameter, as the bean's class sees it. */
    Type eventParameter() {
        var declared = javaMethod().getGenericParameterTypes()[0];
        return TypeBindings.of(beanClass()).resolve(declared);
    }

    /** Class and method, as messages name them. */
    String where() {
        return where(beanClass(), javaMethod());
    }

    static String where(Class<?> bean, Method method) {
        return Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", ", bean.getName() + "." + method.getName() + "(", ")"));
    }
}
