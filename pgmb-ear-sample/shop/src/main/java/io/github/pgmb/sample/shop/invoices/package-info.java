/** Writes an invoice for each order that was placed, and cancels those of rejected orders. */
@NullMarked
package io.github.pgmb.sample.shop.invoices;

import org.jspecify.annotations.NullMarked;
