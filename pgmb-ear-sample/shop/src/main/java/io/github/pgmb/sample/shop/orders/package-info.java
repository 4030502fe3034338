/** Takes orders, stores and publishes them. */
@NullMarked
package io.github.pgmb.sample.shop.orders;

import org.jspecify.annotations.NullMarked;
