package io.github.pgmb.it.cluster;

import java.util.List;
import java.util.stream.IntStream;

/**
 * An order that is posted at most once.
 *
 * @param name found again as the customer, and as the sku of an item that nobody else orders: so a reservation that is missing or
 *     made twice is seen for each order by itself
 * @param cups pieces of an item that every order has, so that their reservations meet on one row
 */
record Order(String name, int cups) {

    private static final int MOST_CUPS = 5;

    /** So many of them; no two calls may have the same prefix. */
    static List<Order> several(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> new Order("%s-%04d".formatted(prefix, number), 1 + number % MOST_CUPS))
                .toList();
    }

    String json() {
        return """
                {"customer": "%1$s", "items": [{"sku": "%1$s", "quantity": 1}, {"sku": "CUP", "quantity": %2$d}]}""".formatted(name, cups);
    }
}
