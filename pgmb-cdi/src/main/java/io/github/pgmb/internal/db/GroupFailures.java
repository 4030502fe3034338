package io.github.pgmb.internal.db;

import java.time.Instant;
import java.util.Optional;

/**
 * What a group has failed on.
 *
 * @param retries how many wait, as far as they are counted
 * @param nextRetryAt when the first of them is due
 * @param nextRetryError what that one failed of last
 * @param deadLetters how many there are that are not being redriven, as far as they are counted
 */
public record GroupFailures(
        String groupId,
        long retries,
        Optional<Instant> nextRetryAt,
        Optional<String> nextRetryError,
        long deadLetters) {

    /** Beyond this, nothing is counted. */
    public static final int MOST = 10_000;

    public boolean isAny() {
        return retries > 0 || deadLetters > 0;
    }
}
