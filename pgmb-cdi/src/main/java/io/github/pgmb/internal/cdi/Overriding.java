package io.github.pgmb.internal.cdi;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.stream.Stream;

/** Tells methods that a bean inherits from those that it overrides; containers list generic ones of both kinds. */
final class Overriding {

    private Overriding() {}

    static boolean isOverridden(Method method, Class<?> bean) {
        var modifiers = method.getModifiers();
        return !Modifier.isPrivate(modifiers)
                && !Modifier.isStatic(modifiers)
                && Stream.<Class<?>>iterate(
                                bean, type -> isBelow(type, method.getDeclaringClass()), Class::getSuperclass)
                        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                        .anyMatch(other -> overrides(other, method));
    }

    private static boolean isBelow(Class<?> type, Class<?> declaring) {
        return type != null && type != declaring && declaring.isAssignableFrom(type);
    }

    /** Compares erased signatures: where generic ones differ, the compiler has made a bridge that has the same. */
    private static boolean overrides(Method other, Method method) {
        return other.getName().equals(method.getName())
                && Arrays.equals(other.getParameterTypes(), method.getParameterTypes())
                && !Modifier.isPrivate(other.getModifiers())
                && isVisible(method, other.getDeclaringClass());
    }

    private static boolean isVisible(Method method, Class<?> subclass) {
        var modifiers = method.getModifiers();
        return Modifier.isPublic(modifiers)
                || Modifier.isProtected(modifiers)
                || method.getDeclaringClass().getPackage() == subclass.getPackage();
    }
}
