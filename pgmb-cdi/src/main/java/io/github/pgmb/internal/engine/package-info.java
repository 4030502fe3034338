/**
 * Tick, read, handle, acknowledge, maintain: plain Java, tested without a container. An event's way:
 * {@code EngineBroker.publish} … {@code Ticker} … {@code Consumer} (read, handle, acknowledge).
 *
 * <p>May use {@code internal.db}, the root package and {@code spi}; neither {@code jakarta.enterprise} nor {@code jakarta.ws}.
 */
@NullMarked
package io.github.pgmb.internal.engine;

import org.jspecify.annotations.NullMarked;
