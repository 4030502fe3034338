package io.github.pgmb.internal.cdi;

/**
 * The settings of one handler.
 *
 * @param maxLag how many events may wait for it before the node says that it is not ready; 0: any number
 */
record HandlerSettings(int maxLag) {}
