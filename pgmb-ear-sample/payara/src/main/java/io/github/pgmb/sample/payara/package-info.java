/** Payara Micro with the shop: the JDK and Payara, nothing else. */
@NullMarked
package io.github.pgmb.sample.payara;

import org.jspecify.annotations.NullMarked;
