package io.github.pgmb.internal.cdi;

import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import javax.naming.NamingException;

/**
 * The beans of {@code io.github.pgmb.spi}, or what the application has in their place. Asked of the application's bean
 * manager: on Payara, beans that an extension registers see no alternative of the application among their own injections.
 */
@Singleton
class Seams {

    private final BeanManager own;

    @Inject
    Seams(BeanManager own) {
        this.own = own;
    }

    /** To be called on a thread of the application. */
    <T> T find(Class<T> seam) {
        return beans().createInstance().select(seam).get();
    }

    private BeanManager beans() {
        try {
            return Jndi.find("java:comp/BeanManager", BeanManager.class);
        } catch (NamingException outsideOfAServer) {
            return own;
        }
    }
}
