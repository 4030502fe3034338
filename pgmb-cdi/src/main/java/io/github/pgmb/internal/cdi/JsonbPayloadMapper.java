package io.github.pgmb.internal.cdi;

import io.github.pgmb.spi.PayloadMapper;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import jakarta.json.JsonException;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.spi.JsonProvider;
import java.io.StringReader;
import java.lang.reflect.Type;

/** JSON-B with its defaults, and strict about records: a payload that does not fit fails instead of arriving in parts. */
@Singleton
class JsonbPayloadMapper implements PayloadMapper {

    private final Jsonb jsonb = JsonbBuilder.create();
    private final JsonProvider json = JsonProvider.provider();
    private final RecordShapes shapes = new RecordShapes();
    private final PayloadReader reader = new PayloadReader(jsonb, shapes);
    private final PayloadWriter writer = new PayloadWriter(jsonb, shapes);

    @Override
    public String toJson(Object payload) {
        return writer.write(payload).toString();
    }

    @Override
    public Object fromJson(String text, Type type) {
        if (type == String.class) {
            return string(text);
        }
        var payload = reader.reads(type)
                ? reader.read(parse(text), type, JsonPath.root())
                : reader.leaf(text, type, JsonPath.root());
        if (payload == null) {
            throw new PayloadMismatch(JsonPath.root(), "is null");
        }
        return payload;
    }

    /** A string arrives as its content, anything else as its JSON text. */
    private String string(String text) {
        return text.stripLeading().startsWith("\"") && parse(text) instanceof JsonString string
                ? string.getString()
                : text;
    }

    private JsonValue parse(String text) {
        try (var parser = json.createReader(new StringReader(text))) {
            return parser.readValue();
        } catch (JsonException malformed) {
            throw new PayloadMismatch(JsonPath.root(), "is not JSON: " + malformed.getMessage(), malformed);
        }
    }

    @PreDestroy
    void close() {
        try {
            jsonb.close();
        } catch (Exception unclosed) {
            // The application ends; nothing depends on it any more.
        }
    }
}
