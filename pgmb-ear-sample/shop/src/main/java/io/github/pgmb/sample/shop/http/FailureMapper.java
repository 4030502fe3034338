package io.github.pgmb.sample.shop.http;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.UUID;

/** What nobody expected: the log has it in full under a reference, the caller gets the reference only. */
@Provider
public class FailureMapper implements ExceptionMapper<Throwable> {

    private static final Logger LOG = System.getLogger(FailureMapper.class.getName());

    @Override
    public Response toResponse(Throwable failure) {
        var reference = UUID.randomUUID();
        LOG.log(Level.ERROR, "request failed, reference " + reference, failure);
        return Problem.of(Status.INTERNAL_SERVER_ERROR, "The server's log says more under the reference " + reference)
                .response()
                .build();
    }
}
