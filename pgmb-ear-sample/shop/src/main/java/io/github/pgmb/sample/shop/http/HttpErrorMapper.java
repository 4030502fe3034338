package io.github.pgmb.sample.shop.http;

import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status.Family;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Gives the errors of the REST container itself (404, 405, 415, …) a problem body instead of the server's HTML page. */
@Provider
public class HttpErrorMapper implements ExceptionMapper<WebApplicationException> {

    @Override
    public Response toResponse(WebApplicationException error) {
        var answer = error.getResponse();
        var status = answer.getStatusInfo();
        if (status.getFamily() != Family.CLIENT_ERROR && status.getFamily() != Family.SERVER_ERROR) {
            return answer;
        }
        var response = Problem.of(status, detail(error)).response();
        var allow = answer.getHeaderString(HttpHeaders.ALLOW);
        return (allow == null ? response : response.header(HttpHeaders.ALLOW, allow)).build();
    }

    private static String detail(WebApplicationException error) {
        if (error instanceof NotSupportedException) {
            return "The body must be JSON: send the header Content-Type: application/json.";
        }
        if (error instanceof NotFoundException) {
            return "There is nothing here. See /api/orders, /api/invoices, /api/reservations and /api/stock.";
        }
        return error.getResponse().getStatusInfo().getReasonPhrase();
    }
}
