package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conditions run as a role that may read what they need, wherever that role can be made. */
@ParameterizedClass(name = "PostgreSQL {0}")
@ValueSource(strings = {PlainServer.OLDEST, PlainServer.NEWEST})
class SandboxTest {
    private static final String READER =
            "'pgmb_reader_' || (select oid from pg_database where datname = current_database())";

    private static PlainServer server;

    @Parameter
    private String release;

    private Pgmb owner;
    private Pgmb superuser;

    @BeforeParameterizedClassInvocation
    static void startServer(String release) throws SQLException {
        server = new PlainServer(release);
        try (Pgmb superuser = server.superuser()) {
            superuser.run("create role maker login createrole; create role another login createrole;"
                    + " create table public.secrets as select 'secret' as secret;"
                    + " create or replace function public.tells() returns boolean language plpgsql stable as"
                    + " 'begin raise ''runs as %'', current_user; end';"
                    + " create or replace function public.reads() returns boolean language plpgsql stable as"
                    + " 'begin return (select secret = ''secret'' from public.secrets); end';"
                    + " create or replace function public.writes() returns boolean language plpgsql stable as"
                    + " 'begin perform set_config(''role'', session_user, true); insert into public.secrets values (''x'');"
                    + " return true; end'");
        }
    }

    @AfterParameterizedClassInvocation
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void connect() throws SQLException {
        superuser = server.superuser();
        superuser.run("drop schema if exists pgmb cascade");
        dropReader();
        superuser.run("alter database app owner to installer");
        owner = server.owner();
        assertThat(owner.text("show server_version")).startsWith(release + ".");
    }

    private void dropReader() throws SQLException {
        superuser.run("do $$ begin execute 'drop role if exists ' || " + READER + "; end $$");
    }

    @AfterEach
    void disconnect() throws SQLException {
        owner.close();
        superuser.close();
    }

    @ParameterizedTest
    @CsvSource({"maker, true", "postgres, true", "installer, false"})
    void isMadeByWhoeverMayMakeRoles(String installer, boolean confined) throws SQLException {
        superuser.run("alter database app owner to " + installer);
        try (Pgmb session = server.connect("app", installer)) {
            session.install();
            assertThat(session.isTrue("select pgmb.is_sandboxed()")).isEqualTo(confined);
            String user = confined ? session.text("select " + READER) : installer;
            assertThat(failure(session, "public.tells()")).isEqualTo("runs as " + user);
            session.install();
            assertThat(failure(session, "public.tells()")).isEqualTo("runs as " + user);
            // What a condition needs it still may.
            session.subscribe(
                    "fine",
                    "pgmb.topic_matches(s.params -> 'topics', e.topic) and e.payload ->> 'a' = '1'"
                            + " and e.metadata is null and e.id > '' and s.id > '' and s.group_id = 'fine'",
                    "{\"topics\": [\"a\"]}");
            session.publish("a", "{\"a\": 1}");
            session.dispatch();
            assertThat(session.received("fine")).containsExactly("a");
        }
    }

    @Test
    void whatTheOwnerMayReadItMayNot() throws SQLException {
        superuser.run("alter database app owner to maker; grant all on public.secrets to maker");
        try (Pgmb maker = server.connect("app", "maker")) {
            maker.install();
            assertThat(failure(maker, "public.reads()")).isEqualTo("permission denied for table secrets");
            assertThat(failure(maker, "public.writes()")).isNotEqualTo("accepted");
            assertThat(maker.column("select secret from public.secrets")).containsExactly("secret");
            assertThat(maker.isTrue("select has_schema_privilege(" + READER + ", 'pgmb', 'create')"))
                    .isFalse();
            assertThat(maker.column("select distinct privilege_type from information_schema.column_privileges"
                            + " where grantee = " + READER))
                    .containsExactly("SELECT");
        }
    }

    /** What an administrator is told to do where the owner may not make roles. */
    @Test
    void whatIsInstalledWithoutItMovesIntoItLater() throws SQLException {
        owner.install();
        owner.subscribe("group", "public.tells()");
        owner.subscribe("fine", "e.topic like 'a'");
        superuser.run("do $$ begin execute format('create role %1$I nologin; grant %1$I to installer', " + READER
                + "); end $$");
        owner.install();
        assertThat(owner.isTrue("select pgmb.is_sandboxed()")).isTrue();
        owner.publish("a");
        owner.dispatch();
        assertThat(owner.column("select message from pgmb.dead_letters"))
                .containsExactly("runs as " + owner.text("select " + READER));
        assertThat(owner.received("fine")).containsExactly("a");
    }

    @Test
    void eachDatabaseOfAClusterHasItsOwn() throws SQLException {
        superuser.run("alter database app owner to maker");
        superuser.run("drop database if exists other");
        superuser.run("create database other owner another");
        try (Pgmb one = server.connect("app", "maker");
                Pgmb two = server.connect("other", "another")) {
            one.install();
            two.install();
            assertThat(one.isTrue("select pgmb.is_sandboxed()")).isTrue();
            assertThat(two.isTrue("select pgmb.is_sandboxed()")).isTrue();
            assertThat(one.text("select " + READER)).isNotEqualTo(two.text("select " + READER));
        }
    }

    /** What a restore without the role leaves: the function would run with the rights of whoever restored. */
    @Test
    void aRestoreThatLacksTheRoleGivesConditionsNoRights() throws SQLException {
        superuser.run("alter database app owner to maker");
        try (Pgmb maker = server.connect("app", "maker")) {
            maker.install();
            superuser.run(
                    "do $$ begin execute 'alter function ' || (select oid::regprocedure from pg_proc where proname ="
                            + " 'evaluate_in_sandbox') || ' owner to postgres'; end $$");
            superuser.run("do $$ begin execute format('drop owned by %1$I; drop role %1$I', " + READER + "); end $$");
            assertThat(maker.isTrue("select pgmb.is_sandboxed()")).isFalse();
            assertThat(failure(maker, "public.tells()")).isEqualTo("runs as maker");
            maker.install();
            assertThat(maker.isTrue("select pgmb.is_sandboxed()")).isTrue();
            assertThat(failure(maker, "public.tells()")).startsWith("runs as pgmb_reader_");
        }
    }

    /** The error that a condition raises for an event. */
    private static String failure(Pgmb session, String condition) throws SQLException {
        session.run("delete from pgmb.dead_letters");
        session.subscribe("group", condition);
        session.publish("a");
        session.dispatch();
        return String.join(", ", session.column("select message from pgmb.dead_letters"));
    }
}
