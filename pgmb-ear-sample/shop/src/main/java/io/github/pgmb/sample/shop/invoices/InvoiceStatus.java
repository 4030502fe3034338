package io.github.pgmb.sample.shop.invoices;

/** Whether an invoice is to be paid. */
public enum InvoiceStatus {
    ISSUED,
    CANCELLED
}
