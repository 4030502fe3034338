/**
 * The shop: its event {@link io.github.pgmb.sample.shop.OrderEvent} and what the application is made of.
 *
 * <p>{@code orders} publishes the event, {@code invoices} and {@code stock} observe it, {@code http} is what their
 * resources share.
 */
@NullMarked
package io.github.pgmb.sample.shop;

import org.jspecify.annotations.NullMarked;
