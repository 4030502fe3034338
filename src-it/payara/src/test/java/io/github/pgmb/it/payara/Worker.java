package io.github.pgmb.it.payara;

import io.github.pgmb.PgmbObserves;
import io.github.pgmb.it.payara.support.Deployments;
import io.github.pgmb.test.postgres.SqlClient;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** Notes in the table {@code handled} what it begins and what it ends, and takes the time that the event asks for. */
@ApplicationScoped
public class Worker {

    @Resource(lookup = Deployments.DATA_SOURCE)
    DataSource dataSource;

    @PgmbObserves(topics = "work", name = "worker")
    void work(Work work) throws InterruptedException {
        var database = new SqlClient(dataSource);
        database.execute("insert into handled values (?, false)", work.word());
        TimeUnit.MILLISECONDS.sleep(work.millis());
        database.execute("insert into handled values (?, true)", work.word());
    }
}
