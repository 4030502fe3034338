package io.github.pgmb;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * When events that a handler fails on are given to it again: after explicit {@link #delays()}, or after delays that grow by a factor.
 * Without anything set: 20 attempts in some 33 hours, the first two a second apart.
 *
 * <p>What waits is kept in the database with its attempts and its last error ({@code pgmb.retry_status}): it survives restarts, and any
 * node of the application goes on with it. An attempt receives exactly the events of the one before. After the last one, or a
 * {@linkplain #permanent() permanent} failure, the events become dead letters.
 *
 * <p>Durations are texts of ISO 8601 such as {@code PT0.5S}, {@code PT5M} or {@code P1D}, from 0 to 365 days. The settings
 * {@code pgmb.handler.<name>.retry.*} take precedence over this annotation, which takes precedence over {@code pgmb.retry.*}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({})
public @interface Retry {

    /** For {@link #maxAttempts()}: until it succeeds. */
    int UNLIMITED = Integer.MAX_VALUE;

    /**
     * How long to wait after the first failed attempt, after the second, and so on; one more attempt than there are delays. Excludes the
     * members of growing delays.
     */
    String[] delays() default {};

    /** How long to wait after the first failed attempt, above 0. Empty: {@code PT1S}. */
    String initialDelay() default "";

    /** By how much each delay is longer than the one before, at least 1. 0: 2. */
    double factor() default 0;

    /** No delay is longer; at least {@link #initialDelay()}. Empty: {@code PT6H}. */
    String maxDelay() default "";

    /**
     * By how much of it a delay is shortened at random, from 0 to 1, so that what failed together does not come again together. -1: 0.2.
     */
    double jitter() default -1;

    /** How many attempts there are, with the first one; at least 1, or {@link #UNLIMITED}. 0: 20. */
    int maxAttempts() default 0;

    /**
     * Failures that are not tried again: exceptions of these classes, and those that have one of them among their causes. The events
     * become dead letters at once.
     */
    Class<? extends Throwable>[] permanent() default {};
}
