package io.github.pgmb.internal.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.internal.db.Schema.Prepared;
import io.github.pgmb.test.postgres.TestDatabase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SchemaTest {

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    /** Whose transactions see nothing that was committed after their first statement, unless they say otherwise. */
    @Test
    void isInstalledOnceByConnectionsOfAnyIsolation() throws Exception {
        var dataSource = DATABASE.dataSource();
        dataSource.setOptions("-c default_transaction_isolation=serializable");
        var schema = new Schema(new Database(() -> dataSource));
        var threads = Executors.newCachedThreadPool();
        var origins = new ArrayList<String>();
        for (var prepared : threads.invokeAll(Collections.<Callable<Prepared>>nCopies(8, schema::update))) {
            origins.add(prepared.get().origin());
        }
        threads.shutdown();
        assertThat(origins).filteredOn("installed now"::equals).hasSize(1);
        assertThat(origins).filteredOn("found"::equals).hasSize(7);
    }
}
