/** Takes and rejects orders, stores and publishes that. */
@NullMarked
package io.github.pgmb.sample.shop.orders;

import org.jspecify.annotations.NullMarked;
