package io.github.pgmb.internal.cdi;

/**
 * The settings that say where the broker finds the container.
 *
 * @param dataSource JNDI name
 * @param threadFactory JNDI name
 * @param scheduledExecutor JNDI name
 * @param start when delivery begins
 */
record DeploymentSettings(String dataSource, String threadFactory, String scheduledExecutor, Start start) {

    /** When delivery begins. */
    enum Start {
        /** With the application. */
        AUTO,
        /** When the application calls {@code Broker.start()}. */
        MANUAL
    }
}
