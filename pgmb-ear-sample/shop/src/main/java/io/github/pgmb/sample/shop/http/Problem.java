package io.github.pgmb.sample.shop.http;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Problem details (RFC 9457).
 *
 * @param errors the members of the request that are wrong; {@code null} if the problem is none of them
 */
public record Problem(
        String title, int status, String detail, @Nullable List<FieldError> errors) {

    public static final String MEDIA_TYPE = "application/problem+json";

    /**
     * One wrong member of a request.
     *
     * @param pointer where it is, as a JSON pointer in URI fragment form ({@code #/items/0/sku}), or {@code ?name} for a
     *     query parameter
     * @param detail what is wrong and what is accepted
     */
    public record FieldError(String pointer, String detail) {}

    public static Problem of(Response.StatusType status, String detail) {
        return new Problem(status.getReasonPhrase(), status.getStatusCode(), detail, null);
    }

    public Response.ResponseBuilder response() {
        return Response.status(status).entity(this).type(MediaType.valueOf(MEDIA_TYPE));
    }
}
