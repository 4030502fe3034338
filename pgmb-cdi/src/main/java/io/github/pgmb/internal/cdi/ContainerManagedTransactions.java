package io.github.pgmb.internal.cdi;

import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.inject.spi.Annotated;
import java.lang.reflect.Modifier;
import java.util.Optional;
import java.util.stream.Stream;

/** The transaction attributes of Enterprise Beans 4.0, section 8.3.7. Links the API. */
final class ContainerManagedTransactions {

    private ContainerManagedTransactions() {}

    static Optional<String> attribute(Declaration declaration) {
        if (isBeanManaged(declaration.bean())
                || Modifier.isStatic(declaration.javaMethod().getModifiers())) {
            return Optional.empty();
        }
        return Stream.of(ofMethod(declaration), ofDeclaringClass(declaration))
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> Optional.of(TransactionAttributeType.REQUIRED))
                .map(Enum::name);
    }

    private static boolean isBeanManaged(Annotated bean) {
        var management = bean.getAnnotation(TransactionManagement.class);
        return management != null && management.value() == TransactionManagementType.BEAN;
    }

    private static Optional<TransactionAttributeType> ofMethod(Declaration declaration) {
        return Optional.ofNullable(declaration.method().getAnnotation(TransactionAttribute.class))
                .map(TransactionAttribute::value);
    }

    /** The attribute of a class holds for the methods that this class itself declares. */
    private static Optional<TransactionAttributeType> ofDeclaringClass(Declaration declaration) {
        var declaring = declaration.javaMethod().getDeclaringClass();
        return Optional.ofNullable(
                        declaring == declaration.beanClass()
                                ? declaration.bean().getAnnotation(TransactionAttribute.class)
                                : declaring.getAnnotation(TransactionAttribute.class))
                .map(TransactionAttribute::value);
    }
}
