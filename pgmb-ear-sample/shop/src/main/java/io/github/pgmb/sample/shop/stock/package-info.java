/** What is sold, and the reservation of stock for orders until they are rejected. */
@NullMarked
package io.github.pgmb.sample.shop.stock;

import org.jspecify.annotations.NullMarked;
