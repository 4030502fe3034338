package io.github.pgmb.bench.load;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What is published: an order whose JSON text has exactly {@value #JSON_LENGTH} characters. */
public record SampleOrder(
        long number, String customer, String placedAt, boolean express, double total, List<Line> lines, String note) {

    public static final int JSON_LENGTH = 1024;

    private static final int LINES = 10;
    private static final int LETTERS = 26;

    /** A line of an order. */
    public record Line(String sku, String name, int quantity, double price) {

        private String json() {
            return "{\"sku\":\"%s\",\"name\":\"%s\",\"quantity\":%d,\"price\":%s}"
                    .formatted(sku, name, quantity, price);
        }
    }

    /** Different for each number. */
    public static SampleOrder numbered(long number) {
        var lines = IntStream.range(0, LINES).mapToObj(i -> line(number, i)).toList();
        var total = lines.stream()
                .mapToDouble(line -> line.quantity() * line.price())
                .sum();
        var customer = "Customer " + number % 997;
        var bare = new SampleOrder(number, customer, "2026-01-01T12:00:00Z", number % 2 == 0, total, lines, "");
        return bare.withNote(filler(number, JSON_LENGTH - bare.json().length()));
    }

    /** The members in the order of the components, as a mapper writes them. */
    public String json() {
        return "{\"number\":%d,\"customer\":\"%s\",\"placedAt\":\"%s\",\"express\":%b,\"total\":%s,\"lines\":[%s],\"note\":\"%s\"}"
                .formatted(
                        number,
                        customer,
                        placedAt,
                        express,
                        total,
                        lines.stream().map(Line::json).collect(Collectors.joining(",")),
                        note);
    }

    private SampleOrder withNote(String text) {
        return new SampleOrder(number, customer, placedAt, express, total, lines, text);
    }

    private static Line line(long number, int index) {
        var quantity = (int) ((number + index) % 9 + 1);
        return new Line("SKU-" + (number * LINES + index) % 10_000, "Article " + index, quantity, quantity + 0.5);
    }

    /** Not one letter repeated, which the database might compress. */
    private static String filler(long seed, int length) {
        var text = new StringBuilder(length);
        for (var i = 0; i < length; i++) {
            text.append((char) ('a' + (seed * 7 + i * 11L + (long) i * i) % LETTERS));
        }
        return text.toString();
    }
}
