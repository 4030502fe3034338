package io.github.pgmb.internal.cdi;

import java.time.Duration;
import java.util.Optional;

/**
 * The settings of one handler.
 *
 * @param maxLag how many events may wait for it before the node says that it is not ready; 0: any number
 * @param transactionTimeout how long its transaction may take
 * @param timeoutOfAll how long those of handlers may take that have no limit of their own; zero: as long as the container allows
 * @param failures what they say of its failures
 * @param ofAll what the settings for all handlers say of failures
 */
record HandlerSettings(
        int maxLag,
        Optional<Duration> transactionTimeout,
        Duration timeoutOfAll,
        FailureSettings failures,
        FailureSettings ofAll) {}
