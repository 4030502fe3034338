package io.github.pgmb.internal.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.internal.db.Interest;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import jakarta.enterprise.inject.spi.ObserverMethod;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which handler runs in which web module. */
class ModuleHandlersTest {

    static class Shared {}

    /** Loaded anew by each web module. */
    static class Own {}

    @Test
    void ownHandlersRunInTheirModuleAndSharedOnesInTheFirst() throws Exception {
        var first = new ModuleLoader("file:/app/first.war/WEB-INF/classes/");
        var second = new ModuleLoader("file:/app/second.war/WEB-INF/classes/");
        var handlers = new ModuleHandlers(declared(Shared.class, second.load(Own.class)));
        assertThat(names(handlers.claim(first))).containsExactly("Shared");
        assertThat(names(handlers.unclaimed())).containsExactly("Own");
        assertThat(names(handlers.claim(second))).containsExactly("Own");
        assertThat(handlers.unclaimed()).isEmpty();
        assertThat(handlers.claim(second)).isEmpty();
    }

    @Test
    void aModuleThatCannotSeeAnEjbJarRunsItsHandlers() throws Exception {
        var ejbJar = new ModuleLoader("file:/app/shipping.jar/");
        var isolated = new ModuleLoader("file:/app/first.war/WEB-INF/classes/");
        var handlers = new ModuleHandlers(declared(ejbJar.load(Own.class)));
        assertThat(names(handlers.claim(isolated))).containsExactly("Own");
    }

    @Test
    void twoModulesMayHaveTheSameClass() throws Exception {
        var first = new ModuleLoader("file:/app/first.war/WEB-INF/classes/");
        var second = new ModuleLoader("file:/app/second.war/WEB-INF/classes/");
        var ofSecond = second.load(Own.class);
        var handlers = new ModuleHandlers(declared(ofSecond));
        assertThat(first.load(Own.class)).isNotSameAs(ofSecond);
        assertThat(handlers.claim(first)).isEmpty();
        assertThat(handlers.claim(second)).hasSize(1);
    }

    static DeclaredHandler ofAnotherWebModule() throws Exception {
        return handler(new ModuleLoader("file:/app/other.war/WEB-INF/classes/").load(Own.class));
    }

    private static List<String> names(List<DeclaredHandler> handlers) {
        return handlers.stream().map(DeclaredHandler::name).toList();
    }

    private static List<DeclaredHandler> declared(Class<?>... beans) {
        return Stream.of(beans).map(ModuleHandlersTest::handler).toList();
    }

    private static DeclaredHandler handler(Class<?> bean) {
        return new DeclaredHandler(
                bean.getName().substring(bean.getName().indexOf('$') + 1),
                new Interest(List.of("t"), "", "{}"),
                EventParameter.of(String.class),
                Acknowledging.AFTER_RETURN,
                DeclaredFailures.NONE,
                "test",
                observer(bean));
    }

    private static ObserverMethod<?> observer(Class<?> bean) {
        return (ObserverMethod<?>) Proxy.newProxyInstance(
                ModuleHandlersTest.class.getClassLoader(),
                new Class<?>[] {ObserverMethod.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getBeanClass" -> bean;
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    /** Defines one class by itself, as if from this place, of which a code source names the archive only. */
    private static final class ModuleLoader extends ClassLoader {

        private final URL place;

        ModuleLoader(String place) throws MalformedURLException {
            super(ModuleHandlersTest.class.getClassLoader());
            this.place = URI.create(place).toURL();
        }

        Class<?> load(Class<?> original) throws ClassNotFoundException {
            return loadClass(original.getName());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                var known = findLoadedClass(name);
                if (known != null) {
                    return known;
                }
                return name.equals(Own.class.getName()) ? define(name) : super.loadClass(name, resolve);
            }
        }

        @Override
        public URL getResource(String name) {
            try {
                return name.equals(fileOf(Own.class.getName()))
                        ? place.toURI().resolve(name).toURL()
                        : super.getResource(name);
            } catch (MalformedURLException | URISyntaxException e) {
                throw new IllegalStateException(e);
            }
        }

        private static String fileOf(String className) {
            return className.replace('.', '/') + ".class";
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (var stream = getParent().getResourceAsStream(fileOf(name))) {
                var bytes = stream.readAllBytes();
                var archive = URI.create(place.toString().replaceFirst("/WEB-INF/.*", ""))
                        .toURL();
                var domain = new ProtectionDomain(new CodeSource(archive, (Certificate[]) null), null);
                return defineClass(name, bytes, 0, bytes.length, domain);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
