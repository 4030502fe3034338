package io.github.pgmb.internal.engine;

import io.github.pgmb.DeadLetter;
import io.github.pgmb.DeadLetterSelection;
import io.github.pgmb.DeadLetters;
import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.db.Database;
import io.github.pgmb.internal.db.DeadLetterTable;
import io.github.pgmb.internal.db.SqlErrors;
import io.github.pgmb.spi.DataSourceProvider;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds the group of a handler, and what it failed on for good. Thread-safe. */
public final class EngineDeadLetters implements DeadLetters {

    private static final double SLOWEST = 0.000_001;
    private static final double FASTEST = 1_000_000;

    private final DeadLetterTable table;
    private final Supplier<Optional<String>> groupId;

    /** @param groupId asked for at each use: the application may have been given none, or not yet */
    public EngineDeadLetters(DataSourceProvider dataSource, Supplier<Optional<String>> groupId) {
        this.table = new DeadLetterTable(new Database(dataSource));
        this.groupId = groupId;
    }

    @Override
    public List<DeadLetter> list(String handler, int limit) {
        return page(handler, null, limit);
    }

    @Override
    public List<DeadLetter> list(String handler, String afterEventId, int limit) {
        return page(handler, afterEventId, limit);
    }

    private List<DeadLetter> page(String handler, @Nullable String afterEventId, int limit) {
        requireWithin("the limit", limit, 1, LONGEST_PAGE);
        return knowing(handler, group -> table.list(group, handler, afterEventId, limit), Collection::isEmpty);
    }

    @Override
    public long count(DeadLetterSelection which) {
        return discard(which, true);
    }

    @Override
    public long discard(DeadLetterSelection which) {
        return discard(which, false);
    }

    private long discard(DeadLetterSelection which, boolean onlyCount) {
        requirePositive(which.limit());
        return knowing(
                which.handler(),
                group -> table.discard(group, which.eventIds(), which.limit(), onlyCount),
                discarded -> discarded == 0);
    }

    @Override
    public long redrive(DeadLetterSelection which) {
        return redrive(which, (Double) null);
    }

    @Override
    public long redrive(DeadLetterSelection which, double perSecond) {
        requireWithin("the rate", perSecond, SLOWEST, FASTEST);
        return redrive(which, (Double) perSecond);
    }

    private long redrive(DeadLetterSelection which, @Nullable Double perSecond) {
        requirePositive(which.limit());
        return knowing(
                which.handler(),
                group -> table.redrive(group, which.eventIds(), perSecond, which.limit()),
                redriven -> false);
    }

    private interface Work<T> {
        T on(String group) throws SQLException;
    }

    private interface Doubt<T> {
        boolean raisedBy(T result);
    }

    /** Of a handler that there is not, there is nothing; that is told from a slip of the pen only then. */
    private <T> T knowing(String handler, Work<T> work, Doubt<T> doubt) {
        var group = group(handler);
        try {
            var result = work.on(group);
            if (doubt.raisedBy(result) && !table.isDeclared(group)) {
                throw unknown(handler, null);
            }
            return result;
        } catch (SQLException e) {
            throw SqlErrors.isUnknownHandler(e)
                    ? unknown(handler, e)
                    : new PgmbException(
                            "PGMB-0604: the dead letters of handler " + handler + " cannot be reached: "
                                    + e.getMessage(),
                            e);
        }
    }

    private String group(String handler) {
        return groupId.get()
                        .orElseThrow(() -> new PgmbException("PGMB-0601: pgmb.group-id is not set, so that no handler"
                                + " of this application has dead letters"))
                + ":" + handler;
    }

    private static PgmbException unknown(String handler, @Nullable SQLException cause) {
        return new PgmbException(
                "PGMB-0602: this application has no handler " + handler
                        + ", or it has never been started; names are those of @PgmbObserves, without pgmb.group-id",
                cause);
    }

    private static void requirePositive(long limit) {
        if (limit < 1) {
            throw new PgmbException("PGMB-0603: the limit is " + limit + "; accepted is 1 and more");
        }
    }

    private static void requireWithin(String what, double value, double least, double most) {
        // Not a number is neither.
        if (!(value >= least && value <= most)) {
            throw new PgmbException("PGMB-0603: " + what + " is " + value + "; accepted is " + least + " to " + most);
        }
    }
}
