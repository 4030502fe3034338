package io.github.pgmb.sample.shop.http;

import io.github.pgmb.sample.shop.http.Problem.FieldError;
import jakarta.ws.rs.core.Response.Status;
import java.io.Serial;
import java.util.List;

/** A request that cannot be done as it is; rolls the transaction back and is answered with its {@link Problem}. */
public class RequestRefused extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public RequestRefused(Problem problem) {
        super(problem.detail());
        this.problem = problem;
    }

    /** The request cannot be read. */
    public static RequestRefused malformed(List<FieldError> errors) {
        return new RequestRefused(new Problem("Bad Request", 400, count(errors), List.copyOf(errors)));
    }

    /** The request can be read, but some of its members are not acceptable. */
    public static RequestRefused unprocessable(List<FieldError> errors) {
        return new RequestRefused(new Problem("Unprocessable Content", 422, count(errors), List.copyOf(errors)));
    }

    public static RequestRefused notFound(String what) {
        return new RequestRefused(Problem.of(Status.NOT_FOUND, what));
    }

    public Problem problem() {
        return problem;
    }

    private static String count(List<FieldError> errors) {
        return errors.size() == 1
                ? "One thing in the request is wrong."
                : errors.size() + " things in the request are wrong.";
    }
}
