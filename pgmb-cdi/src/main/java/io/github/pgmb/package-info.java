/**
 * The public API of PGMB: values, annotations and {@link io.github.pgmb.Broker}.
 *
 * <p>May use the JDK and Jakarta annotations; everything below {@code internal} may change without notice.
 */
@NullMarked
package io.github.pgmb;

import org.jspecify.annotations.NullMarked;
