package io.github.pgmb.internal.engine;

import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.db.Database;
import io.github.pgmb.internal.db.Interest;
import io.github.pgmb.internal.db.Nodes;
import io.github.pgmb.internal.db.Schema;
import io.github.pgmb.internal.db.SqlErrors;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;

/** How a node joins the others: a usable database, the schema, the node itself, its handlers. Repeated until it succeeds. */
final class Membership {

    private static final Logger LOGGER = System.getLogger("io.github.pgmb");

    private final String node;
    private final Settings settings;
    private final Database database;
    private final Schema schema;
    private final Nodes nodes;

    Membership(String node, Settings settings, Database database) {
        this.node = node;
        this.settings = settings;
        this.database = database;
        this.schema = new Schema(database);
        this.nodes = new Nodes(database);
    }

    /**
     * Makes sure that there is a database with a schema that this release can work with.
     *
     * @throws PgmbException saying what is to be done about it
     */
    void prepareDatabase() throws SQLException {
        var server = database.requirePostgres();
        var prepared = switch (settings.schemaMigration()) {
            case NONE -> schema.requireUsable();
            case VALIDATE -> schema.requireCurrent();
            case UPDATE -> schema.update();
        };
        LOGGER.log(
                Level.INFO,
                "PGMB-0207: node " + node + " uses PostgreSQL " + server + ", schema pgmb " + prepared.version() + " ("
                        + prepared.origin() + ")");
    }

    void register() throws SQLException {
        nodes.register(node, settings.lease());
    }

    /**
     * Makes a handler's group and subscription.
     *
     * @throws PgmbException if the database refuses the condition
     */
    long declare(HandlerDefinition handler, String groupId) throws SQLException {
        try {
            var number = nodes.declare(node, groupId, handler.interest());
            LOGGER.log(
                    Level.INFO,
                    "PGMB-0402: handler " + handler.name() + " (" + handler.description() + ") receives "
                            + described(handler.interest()) + " as group " + groupId);
            return number;
        } catch (SQLException e) {
            if (SqlErrors.isConditionRefused(e)) {
                throw new PgmbException(
                        "PGMB-0403: the condition of handler " + handler.name() + " (" + handler.description()
                                + ") is refused, it receives nothing until that is mended: " + e.getMessage(),
                        e);
            }
            throw e;
        }
    }

    private static String described(Interest interest) {
        return (interest.topics().isEmpty() ? "all topics" : "topics " + String.join(", ", interest.topics()))
                + (interest.conditionsSql().isEmpty() ? "" : " where " + interest.conditionsSql());
    }
}
