package io.github.pgmb.it.wildfly.app;

import io.github.pgmb.it.wildfly.support.Archives;
import io.github.pgmb.test.postgres.SqlClient;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** Notes what handlers receive, and what they see around themselves. */
@ApplicationScoped
public class Notebook {

    /** What it needs. */
    public static final String TABLE =
            "create table notes (number bigserial, handler text, word text, bean text, seen text)";

    @Resource(lookup = Archives.DATA_SOURCE)
    DataSource dataSource;

    /** Notes one call, with what a bean of the handler's own module is called. */
    public void note(String handler, String word, String bean) throws NamingException {
        new SqlClient(dataSource)
                .execute(
                        "insert into notes (handler, word, bean, seen) values (?, ?, ?, ?)",
                        handler,
                        word,
                        bean,
                        Surroundings.current().toString());
    }
}
