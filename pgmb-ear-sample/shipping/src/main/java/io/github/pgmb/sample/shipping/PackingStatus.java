package io.github.pgmb.sample.shipping;

/** Whether there is something to be packed. */
public enum PackingStatus {
    TO_PACK,
    CANCELLED
}
