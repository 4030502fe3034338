/**
 * Shipping: what is to be packed for each order. Reads the shop's events, and knows nothing else of the shop.
 */
@NullMarked
package io.github.pgmb.sample.shipping;

import org.jspecify.annotations.NullMarked;
