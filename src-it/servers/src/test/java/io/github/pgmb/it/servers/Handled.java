package io.github.pgmb.it.servers;

/**
 * What a handler noted.
 *
 * @param naming its {@code java:comp/env}
 * @param configuration its MicroProfile Config
 * @param seesItself whether its context class loader has its class
 */
record Handled(String handler, String word, String naming, String configuration, boolean seesItself) {}
