package io.github.pgmb.it.faults;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * As much of PostgreSQL's protocol 3.0 as tells a COMMIT and its reply ("Message Formats" in the manual): all messages but the first of a client
 * are a type and a length, which counts itself.
 */
final class Protocol {

    private Protocol() {}

    /** A whole message; the first one of a connection has type 0. */
    static final class Message {

        private final int type;
        private final byte[] body;

        private Message(int type, byte... body) {
            this.type = type;
            this.body = body;
        }

        byte[] bytes() {
            var bytes = ByteBuffer.allocate(body.length + (type == 0 ? 4 : 5));
            if (type != 0) {
                bytes.put((byte) type);
            }
            return bytes.putInt(body.length + 4).put(body).array();
        }

        /** The text that begins at this place and ends with a zero. */
        private String text(int from) {
            var end = from;
            while (body[end] != 0) {
                end++;
            }
            return new String(body, from, end - from, StandardCharsets.UTF_8);
        }
    }

    static Message readFirst(DataInputStream in) throws IOException {
        return new Message(0, in.readNBytes(in.readInt() - 4));
    }

    /** @throws java.io.EOFException at the end */
    static Message read(DataInputStream in) throws IOException {
        var type = in.readUnsignedByte();
        return new Message(type, in.readNBytes(in.readInt() - 4));
    }

    /** Whether a server's message says that a COMMIT is done. */
    static boolean isCommitted(Message message) {
        return message.type == 'C' && message.text(0).equals("COMMIT");
    }

    /** Tells when a client has a COMMIT carried out, by a simple query or a prepared statement. Not thread-safe. */
    static final class Commits {

        private final Set<String> prepared = new HashSet<>();

        boolean isCommit(Message message) {
            return switch (message.type) {
                case 'Q' -> isCommit(message.text(0));
                case 'P' -> {
                    parsed(message);
                    yield false;
                }
                case 'B' -> prepared.contains(message.text(message.text(0).length() + 1));
                default -> false;
            };
        }

        private void parsed(Message message) {
            var name = message.text(0);
            if (isCommit(message.text(name.length() + 1))) {
                prepared.add(name);
            } else {
                prepared.remove(name);
            }
        }

        private static boolean isCommit(String sql) {
            return sql.strip().equalsIgnoreCase("commit");
        }
    }
}
