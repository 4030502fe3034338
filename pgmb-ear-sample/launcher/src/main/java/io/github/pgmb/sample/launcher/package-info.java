/**
 * Starts the sample with one command: PostgreSQL first, then a server process with the application; ends them in the opposite order.
 * {@link io.github.pgmb.sample.launcher.WildFly} and {@link io.github.pgmb.sample.launcher.PayaraMicro} say how the two servers are started.
 *
 * <p>{@code server} is what runs in that process; it may use nothing of this package.
 */
@NullMarked
package io.github.pgmb.sample.launcher;

import org.jspecify.annotations.NullMarked;
