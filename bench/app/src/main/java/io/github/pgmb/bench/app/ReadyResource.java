package io.github.pgmb.bench.app;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** Answers as soon as the application is there. */
@Path("ready")
public class ReadyResource {

    @GET
    public String ready() {
        return "ready";
    }
}
