package io.github.pgmb.it.faults.node;

import io.github.pgmb.internal.db.StoredEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What one life of a node has done, outside of the database: each call appends whole lines, which the operating system has when it
 * returns, so that no kill of the process loses them. Thread-safe.
 */
final class LedgerFile implements AutoCloseable {

    private final FileChannel file;

    LedgerFile(Path path) throws IOException {
        file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** What a publisher knows of a batch. */
    enum Outcome {
        OK,
        /** Its transaction was never asked to commit. */
        FAIL,
        /** It may have been committed. */
        UNKNOWN
    }

    void invoke(String publisher, int batch, int size) {
        append("INVOKE " + publisher + " " + batch + " " + size);
    }

    void outcome(Outcome outcome, String publisher, int batch) {
        append(outcome + " " + publisher + " " + batch);
    }

    /** Events are given to a handler, all by one call. */
    void deliver(String handler, long call, List<StoredEvent> events) {
        var now = System.nanoTime();
        var lines = new StringBuilder();
        for (var event : events) {
            var message = Message.of(event.payload());
            lines.append(now)
                    .append(" DELIVER ")
                    .append(handler)
                    .append(' ')
                    .append(call)
                    .append(' ')
                    .append(event.id())
                    .append(' ')
                    .append(event.position())
                    .append(' ')
                    .append(now - message.sentAt())
                    .append('\n');
        }
        write(lines.toString());
    }

    /** The handler has returned; it is acknowledged next. */
    void ack(String handler, long call) {
        append("ACK " + handler + " " + call);
    }

    /** No publisher of this node publishes any more. */
    void quiet() {
        append("QUIET");
    }

    void stopped(List<String> threads, int connections) {
        append("STOPPED " + connections + " " + String.join(",", threads));
    }

    private void append(String line) {
        write(System.nanoTime() + " " + line + "\n");
    }

    private synchronized void write(String lines) {
        var bytes = ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8));
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }
}
