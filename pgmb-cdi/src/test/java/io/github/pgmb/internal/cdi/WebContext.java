package io.github.pgmb.internal.cdi;

import jakarta.servlet.ServletContext;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;

/** What a server tells of a web module. */
final class WebContext {

    private WebContext() {}

    /** With a class loader of its own that sees the classes of the tests, as a web module sees those of its application. */
    static ServletContext of(String contextPath) {
        return of(contextPath, new URLClassLoader(new URL[0], WebContext.class.getClassLoader()));
    }

    static ServletContext of(String contextPath, ClassLoader loader) {
        return (ServletContext) Proxy.newProxyInstance(
                WebContext.class.getClassLoader(),
                new Class<?>[] {ServletContext.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getContextPath" -> contextPath;
                    case "getClassLoader" -> loader;
                    case "getAttribute" -> null;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
