package io.github.pgmb.internal.cdi;

import javax.naming.InitialContext;
import javax.naming.NamingException;

/** Look-ups in the naming context of the calling thread. */
final class Jndi {

    private Jndi() {}

    /**
     * Finds a resource of the container.
     *
     * @param name from the settings or the platform, never from outside of the deployment
     * @throws NamingException also if there is something else by that name
     */
    @SuppressWarnings("BanJNDI") // trusted names
    static <T> T find(String name, Class<T> type) throws NamingException {
        var found = new InitialContext().lookup(name);
        if (!type.isInstance(found)) {
            throw new NamingException(
                    "it is " + (found == null ? "empty" : found.getClass().getName()) + ", not a " + type.getName());
        }
        return type.cast(found);
    }
}
