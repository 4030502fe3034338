/** Writes an invoice for each order that was placed. */
@NullMarked
package io.github.pgmb.sample.shop.invoices;

import org.jspecify.annotations.NullMarked;
