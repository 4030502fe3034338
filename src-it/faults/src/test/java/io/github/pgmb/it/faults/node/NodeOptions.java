package io.github.pgmb.it.faults.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a node's process is told when it starts.
 *
 * @param url of the database, for the engine
 * @param publisherUrl of the same, for publishers
 * @param publishers how many there are; half of them use transactions
 * @param largestBatch of a publisher
 * @param pause of a publisher between batches
 * @param chunk the most events that a batch of a handler holds
 */
public record NodeOptions(
        String name,
        Path ledger,
        String url,
        String publisherUrl,
        Duration lease,
        int publishers,
        int largestBatch,
        Duration pause,
        int chunk,
        List<HandlerSpec> handlers) {

    public List<String> toArguments() {
        var arguments = new ArrayList<>(
                Stream.of(name, ledger, url, publisherUrl, lease, publishers, largestBatch, pause, chunk)
                        .map(Object::toString)
                        .toList());
        handlers.forEach(handler -> arguments.add(handler.toText()));
        return arguments;
    }

    static NodeOptions parse(String... arguments) {
        return new NodeOptions(
                arguments[0],
                Path.of(arguments[1]),
                arguments[2],
                arguments[3],
                Duration.parse(arguments[4]),
                Integer.parseInt(arguments[5]),
                Integer.parseInt(arguments[6]),
                Duration.parse(arguments[7]),
                Integer.parseInt(arguments[8]),
                Stream.of(arguments).skip(9).map(HandlerSpec::parse).toList());
    }
}
