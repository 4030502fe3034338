package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A condition that takes the connection of its tick with it, as one does that eats all memory, is found and left out. */
class LostConnectionTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private PlainServer server;

    private enum End {
        /** Only this connection ends. */
        TERMINATED,
        /** What the operating system does where there is no memory left: all connections end, and the server recovers. */
        KILLED
    }

    @BeforeEach
    void start() throws SQLException {
        server = new PlainServer(PlainServer.NEWEST);
        try (Pgmb owner = server.owner()) {
            owner.install();
            owner.run("create function public.deadly(topic text) returns boolean language plpgsql stable as"
                    + " 'begin if topic = ''deadly'' then perform pg_sleep(600); end if; return true; end'");
            owner.subscribe("before", "e.topic <> ''");
            owner.subscribe("deadly", "public.deadly(e.topic)");
            owner.subscribe("after", "e.topic is not null");
        }
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void isQuarantinedWhenItDoesSoAgain(End end) throws Exception {
        publish("a", "deadly", "b");
        int lost = 0;
        while (tickEnds(end)) {
            assertThat(++lost).as("ticks lost").isLessThanOrEqualTo(3);
        }
        assertThat(lost).as("ticks lost").isGreaterThanOrEqualTo(end == End.KILLED ? 2 : 3);
        try (Pgmb owner = server.owner()) {
            owner.dispatch();
            assertThat(owner.received("before")).containsExactly("a", "deadly", "b");
            assertThat(owner.received("after")).containsExactly("a", "deadly", "b");
            assertThat(owner.received("deadly")).isEmpty();
            assertThat(owner.quarantine("deadly")).isEqualTo("lost ticks");
            assertThat(owner.quarantine("before")).isNull();
            assertThat(owner.quarantine("after")).isNull();
            assertThat(owner.rows("select * from pgmb.tick_trouble")).isEmpty();
        }
    }

    /** As when the network is bad, or nodes are killed. */
    @Test
    void thoseThatSurviveAreNotBlamedForLostTicks() throws Exception {
        publish("deadly");
        tickEnds(End.TERMINATED);
        tickEnds(End.TERMINATED);
        try (Pgmb owner = server.owner()) {
            owner.run("create or replace function public.deadly(topic text) returns boolean language sql stable"
                    + " as 'select true'");
            owner.dispatch();
            assertThat(owner.rows("select * from pgmb.quarantines")).isEmpty();
            assertThat(owner.rows("select * from pgmb.tick_trouble")).isEmpty();
            assertThat(owner.received("deadly")).containsExactly("deadly");
            assertThat(owner.received("before")).containsExactly("deadly");
        }
    }

    private void publish(String... topics) throws SQLException {
        try (Pgmb owner = server.owner()) {
            for (String topic : topics) {
                owner.publish(topic);
            }
        }
    }

    /** Ticks until nothing is left, or a tick sleeps and is ended; whether that was so. */
    private boolean tickEnds(End end) throws Exception {
        try (Pgmb superuser = server.superuser();
                Pgmb ticking = server.owner()) {
            int pid = ticking.backendPid();
            Future<String> dispatch = threads.submit(() -> {
                ticking.dispatch();
                return "done";
            });
            while (!superuser.isTrue("select wait_event = 'PgSleep' from pg_stat_activity where pid = ?", pid)) {
                if (dispatch.isDone()) {
                    return false;
                }
                Thread.sleep(20);
            }
            // What a crash of the server takes back is what nobody has committed after.
            superuser.run("create table if not exists public.heartbeats (at timestamptz);"
                    + " insert into public.heartbeats values (now())");
            end(end, pid, superuser);
            return true;
        }
    }

    private void end(End end, int pid, Pgmb superuser) throws Exception {
        if (end == End.TERMINATED) {
            superuser.run("select pg_terminate_backend(?, 10000)", pid);
            return;
        }
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        for (int tries = 0; tries < 600; tries++) {
            Thread.sleep(50);
            if (accepts()) {
                return;
            }
        }
    }

    private boolean accepts() {
        try (Pgmb owner = server.owner()) {
            return owner.isTrue("select true");
        } catch (SQLException recovering) {
            return false;
        }
    }
}
