package io.github.pgmb.bench.load;

import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Payloads made before a round, so that making them is not measured; events take them in turn. */
public record Pool<T>(List<T> payloads) {

    private static final int SIZE = 1000;

    public static <T> Pool<T> of(Function<SampleOrder, T> kind) {
        LongFunction<T> numbered = number -> kind.apply(SampleOrder.numbered(number));
        return new Pool<>(LongStream.range(0, SIZE).mapToObj(numbered).toList());
    }

    /** Those of the events from {@code first} until before {@code end}. */
    public <R> List<R> batch(int first, int end, Function<T, R> as) {
        return IntStream.range(first, end)
                .mapToObj(event -> as.apply(payloads.get(event % payloads.size())))
                .toList();
    }
}
