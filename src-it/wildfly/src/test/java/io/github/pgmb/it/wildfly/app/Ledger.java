package io.github.pgmb.it.wildfly.app;

import io.github.pgmb.it.wildfly.support.Archives;
import io.github.pgmb.test.postgres.SqlClient;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import javax.sql.DataSource;

/** What transactional handlers write, and then fail a few times. */
@ApplicationScoped
public class Ledger {

    /** How often each handler fails. */
    public static final int FAILURES = 3;

    /** What it needs, with a sequence for each handler: no rollback takes back what a sequence has counted. */
    public static final String TABLE = "create table ledger (number bigserial, handler text, word text)";

    @Resource(lookup = Archives.DATA_SOURCE)
    DataSource dataSource;

    /** The name of the sequence that counts the handler's calls. */
    public static String calls(String handler) {
        return handler + "_calls";
    }

    /** Writes, and fails on the first calls. */
    public void enter(String handler, String word) {
        write(handler, word);
        if (call(handler) <= FAILURES) {
            throw new IllegalStateException("on purpose");
        }
    }

    void write(String handler, String word) {
        database().execute("insert into ledger (handler, word) values (?, ?)", handler, word);
    }

    /** How many calls there have been, with this one. */
    int call(String handler) {
        return Integer.parseInt(database().value("select nextval(?::regclass)", calls(handler)));
    }

    private SqlClient database() {
        return new SqlClient(dataSource);
    }
}
