/**
 * What runs in the server's JVM beside the applications.
 *
 * <p>May use Payara Micro.
 */
@NullMarked
package io.github.pgmb.it.payara.server;

import org.jspecify.annotations.NullMarked;
