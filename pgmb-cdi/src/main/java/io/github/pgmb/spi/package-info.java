/**
 * Seams that an application may replace by a bean of its own ({@code @Alternative} with a priority).
 *
 * <p>May use the root package.
 */
@NullMarked
package io.github.pgmb.spi;

import org.jspecify.annotations.NullMarked;
