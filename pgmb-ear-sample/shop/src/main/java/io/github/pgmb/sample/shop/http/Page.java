package io.github.pgmb.sample.shop.http;

import io.github.pgmb.sample.shop.http.Problem.FieldError;
import jakarta.persistence.TypedQuery;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import java.util.ArrayList;
import java.util.List;

/** Which part of a list is asked for: {@code ?limit=20&offset=40}. */
public class Page {

    static final int MAX_LIMIT = 100;
    static final int MAX_OFFSET = 1_000_000;

    @QueryParam("limit")
    @DefaultValue("20")
    String limit = "20";

    @QueryParam("offset")
    @DefaultValue("0")
    String offset = "0";

    /** Runs the query for this page only. */
    public <T> List<T> of(TypedQuery<T> query) {
        var errors = new ArrayList<FieldError>();
        var first = number("offset", offset, 0, MAX_OFFSET, errors);
        var most = number("limit", limit, 1, MAX_LIMIT, errors);
        if (!errors.isEmpty()) {
            throw RequestRefused.malformed(errors);
        }
        return query.setFirstResult(first).setMaxResults(most).getResultList();
    }

    private static int number(String name, String text, int min, int max, List<FieldError> errors) {
        try {
            var number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        errors.add(new FieldError("?" + name, "must be a whole number from " + min + " to " + max));
        return min;
    }
}
