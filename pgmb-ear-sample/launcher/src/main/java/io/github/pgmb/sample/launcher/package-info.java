/**
 * Starts the sample with one command: PostgreSQL first, then a server process with the shop; ends them in the opposite order.
 *
 * <p>{@code server} is what runs in that process; it may use nothing of this package.
 */
@NullMarked
package io.github.pgmb.sample.launcher;

import org.jspecify.annotations.NullMarked;
