package io.github.pgmb.it.wildfly.app;

import io.github.pgmb.PgmbObserves;
import io.github.pgmb.it.wildfly.support.Archives;
import io.github.pgmb.test.postgres.SqlClient;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** Notes in the table {@code handled} what it begins and what it ends, and takes the time that the event asks for. */
@ApplicationScoped
public class Worker {

    /** What it needs. */
    public static final String TABLE =
            "create table handled (number bigserial, word text, application text, ended boolean)";

    @Resource(lookup = Archives.DATA_SOURCE)
    DataSource dataSource;

    @Resource(lookup = "java:app/AppName")
    String application;

    @PgmbObserves(topics = "work", name = "worker")
    void work(Work work) throws InterruptedException {
        var database = new SqlClient(dataSource);
        database.execute(
                "insert into handled (word, application, ended) values (?, ?, false)", work.word(), application);
        TimeUnit.MILLISECONDS.sleep(work.millis());
        database.execute(
                "insert into handled (word, application, ended) values (?, ?, true)", work.word(), application);
    }
}
