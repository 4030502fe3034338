package io.github.pgmb.internal.engine;

/** Measures spans of time on this machine: it does not step, and goes on while the process is stopped. */
@FunctionalInterface
interface MonotonicClock {

    MonotonicClock SYSTEM = System::nanoTime;

    long nanoTime();
}
