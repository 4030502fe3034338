/** What is sold, and the reservation of stock for orders that were placed. */
@NullMarked
package io.github.pgmb.sample.shop.stock;

import org.jspecify.annotations.NullMarked;
