package io.github.pgmb.test.postgres;

import java.nio.file.Path;

/** Started as a process: starts a server, prints its process id, and waits to be killed. */
final class OtherJvm {
    private OtherJvm() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        PostgresServerBuilder options = PostgresServer.builder().folder(folder);
        if (arguments[0].equals("kept")) {
            options.dataDirectory(folder.resolve("data"));
        }
        PostgresServer server = options.start();
        Sql.execute(server.superuser(), "create table if not exists t as select 42 as answer");
        System.out.println(server.postmasterPid());
        Thread.sleep(Long.MAX_VALUE);
    }
}
