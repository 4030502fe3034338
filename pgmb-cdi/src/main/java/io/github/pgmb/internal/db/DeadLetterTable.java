package io.github.pgmb.internal.db;

import io.github.pgmb.DeadLetter;
import io.github.pgmb.DeadLetter.Cause;
import io.github.pgmb.DeadLetter.Reason;
import jakarta.json.JsonObject;
import jakarta.json.spi.JsonProvider;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The dead letters of groups. In the transaction of the calling thread, if it has one. Thread-safe. */
public final class DeadLetterTable {

    private static final String LIST = """
            select event_id, topic, payload::text, metadata::text, reason, message, causes::text, attempts, first_failed_at, failed_at,
              next_attempt_at
            from pgmb.list_dead_letters(?, ?::text, ?)
            """;
    private static final String REDRIVE =
            "select pgmb.redrive_dead_letters(?, ?::text[]::pgmb.event_id[], ?::numeric, ?)";
    private static final String DISCARD = "select pgmb.discard_dead_letters(?, ?::text[]::pgmb.event_id[], ?, ?)";
    private static final String IS_DECLARED =
            "select exists (select from pgmb.subscription_groups where id = ? and declaration is not null)";

    private final Database database;

    public DeadLetterTable(Database database) {
        this.database = database;
    }

    /** Whether a handler of this group has ever been declared, and the group is still there. */
    public boolean isDeclared(String groupId) throws SQLException {
        return database.with(connection -> {
            try (var select = connection.prepareStatement(IS_DECLARED)) {
                select.setString(1, groupId);
                return Nodes.returnedTrue(select);
            }
        });
    }

    /** A page of a group's, as of this handler. */
    public List<DeadLetter> list(String groupId, String handler, @Nullable String afterEventId, int limit)
            throws SQLException {
        return database.with(connection -> {
            try (var list = connection.prepareStatement(LIST)) {
                list.setString(1, groupId);
                list.setString(2, afterEventId);
                list.setInt(3, limit);
                try (var row = list.executeQuery()) {
                    var letters = new ArrayList<DeadLetter>();
                    while (row.next()) {
                        letters.add(letter(handler, row));
                    }
                    return letters;
                }
            }
        });
    }

    private static DeadLetter letter(String handler, ResultSet row) throws SQLException {
        return new DeadLetter(
                handler,
                row.getString(1),
                row.getString(2),
                row.getString(3),
                Optional.ofNullable(row.getString(4)),
                reason(row.getString(5)),
                row.getString(6),
                causes(row.getString(7)),
                row.getInt(8),
                instant(row, 9).orElse(Instant.EPOCH),
                instant(row, 10).orElse(Instant.EPOCH),
                instant(row, 11));
    }

    private static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    private static Reason reason(String name) {
        return Stream.of(Reason.values())
                .filter(reason -> reason.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElse(Reason.OTHER);
    }

    private static List<Cause> causes(@Nullable String array) {
        if (array == null) {
            return List.of();
        }
        try (var reader = JsonProvider.provider().createReader(new StringReader(array))) {
            return reader.readArray().getValuesAs(JsonObject.class).stream()
                    .map(cause -> new Cause(cause.getString("type"), cause.getString("message"), cause.getString("at")))
                    .toList();
        }
    }

    /**
     * Has a group's handled once more; returns how many.
     *
     * @param eventIds null: all
     * @param perSecond null: as fast as they can be
     * @throws SQLException with {@link SqlErrors#isUnknownHandler} if no application has declared a handler for the group
     */
    public long redrive(String groupId, @Nullable List<String> eventIds, @Nullable Double perSecond, long limit)
            throws SQLException {
        return database.with(connection -> {
            try (var redrive = connection.prepareStatement(REDRIVE)) {
                choose(redrive, connection, groupId, eventIds);
                redrive.setObject(3, perSecond, java.sql.Types.DOUBLE);
                redrive.setLong(4, limit);
                return number(redrive);
            }
        });
    }

    /** Deletes a group's, or only counts what it would delete; returns how many. */
    public long discard(String groupId, @Nullable List<String> eventIds, long limit, boolean onlyCount)
            throws SQLException {
        return database.with(connection -> {
            try (var discard = connection.prepareStatement(DISCARD)) {
                choose(discard, connection, groupId, eventIds);
                discard.setLong(3, limit);
                discard.setBoolean(4, onlyCount);
                return number(discard);
            }
        });
    }

    private static void choose(
            PreparedStatement call, Connection connection, String groupId, @Nullable List<String> eventIds)
            throws SQLException {
        call.setString(1, groupId);
        call.setArray(2, eventIds == null ? null : connection.createArrayOf("text", eventIds.toArray()));
    }

    private static long number(PreparedStatement call) throws SQLException {
        try (var row = call.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
