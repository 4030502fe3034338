package io.github.pgmb.sample.shop.orders;

import io.github.pgmb.sample.shop.http.Problem;
import io.github.pgmb.sample.shop.http.Problem.FieldError;
import io.github.pgmb.sample.shop.http.RequestRefused;
import io.github.pgmb.sample.shop.orders.OrderRequest.Item;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonParsingException;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads an {@link OrderRequest} from JSON and reports everything that is wrong with it at once. JSON-B would ignore
 * members that it does not know and could not say which one is missing.
 */
final class OrderRequestReader {

    static final int MAX_BODY = 64 * 1024;
    static final int MAX_ITEMS = 50;
    static final int MAX_QUANTITY = 1000;
    private static final int MAX_NAME = 100;

    /** Letters, digits, punctuation and spaces: no control characters, no halves of a surrogate pair. */
    private static final Pattern CUSTOMER = Pattern.compile("[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S} ]{1," + MAX_NAME + "}");

    private static final Pattern SKU = Pattern.compile("[A-Z0-9-]{1,40}");

    private final List<FieldError> errors = new ArrayList<>();

    private OrderRequestReader() {}

    /** @throws RequestRefused if the body is too long (413), no JSON (400), or not an order (422) */
    static OrderRequest read(InputStream body) throws IOException {
        var bytes = body.readNBytes(MAX_BODY + 1);
        if (bytes.length > MAX_BODY) {
            throw new RequestRefused(
                    Problem.of(Status.REQUEST_ENTITY_TOO_LARGE, "The body must be at most " + MAX_BODY + " bytes."));
        }
        var reader = new OrderRequestReader();
        var request = reader.order(json(utf8(bytes)));
        if (request == null || !reader.errors.isEmpty()) {
            throw RequestRefused.unprocessable(reader.errors);
        }
        return request;
    }

    private static JsonValue json(String body) {
        try (var parser = Json.createParser(new StringReader(body))) {
            parser.next();
            var value = parser.getValue();
            if (!parser.hasNext()) {
                return value;
            }
        } catch (JsonParsingException e) {
            var at = e.getLocation();
            throw malformed(" at line " + at.getLineNumber() + ", column " + at.getColumnNumber());
        } catch (RuntimeException e) {
            // The parser's own limits on nesting and on the length of numbers have no exception of their own: see
            // below.
        }
        throw malformed("");
    }

    /** JSON is UTF-8; a client that sends something else is to learn it here, not from its invoice. */
    private static String utf8(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed(" in UTF-8");
        }
    }

    private static RequestRefused malformed(String where) {
        return new RequestRefused(
                Problem.of(
                        Status.BAD_REQUEST,
                        "The body is not JSON" + where
                                + ". Accepted is {\"customer\": \"Ada\", \"items\": [{\"sku\": \"TEA-GREEN\", \"quantity\": 2}]}."));
    }

    private @Nullable OrderRequest order(JsonValue value) {
        if (!(value instanceof JsonObject object)) {
            wrong("#", "must be an object with the members customer and items");
            return null;
        }
        onlyKnown(object, "#", Set.of("customer", "items"));
        var customer = customer(object.get("customer"));
        var items = items(object.get("items"));
        return customer == null || items == null ? null : new OrderRequest(customer, items);
    }

    private @Nullable String customer(@Nullable JsonValue value) {
        if (value instanceof JsonString text
                && CUSTOMER.matcher(text.getString()).matches()
                && !text.getString().isBlank()) {
            return text.getString().strip();
        }
        wrong("#/customer", must(value, "be a name of 1 to " + MAX_NAME + " characters"));
        return null;
    }

    private @Nullable List<Item> items(@Nullable JsonValue value) {
        if (!(value instanceof JsonArray array) || array.isEmpty() || array.size() > MAX_ITEMS) {
            wrong("#/items", must(value, "be an array of 1 to " + MAX_ITEMS + " items"));
            return null;
        }
        var items = new ArrayList<Item>();
        for (var i = 0; i < array.size(); i++) {
            var item = item(array.get(i), "#/items/" + i);
            if (item != null) {
                items.add(item);
            }
        }
        return items;
    }

    private @Nullable Item item(JsonValue value, String pointer) {
        if (!(value instanceof JsonObject object)) {
            wrong(pointer, "must be an object with the members sku and quantity");
            return null;
        }
        onlyKnown(object, pointer, Set.of("sku", "quantity"));
        var sku = sku(object.get("sku"), pointer + "/sku");
        var quantity = quantity(object.get("quantity"), pointer + "/quantity");
        return sku == null || quantity == null ? null : new Item(sku, quantity);
    }

    private @Nullable String sku(@Nullable JsonValue value, String pointer) {
        if (value instanceof JsonString text && SKU.matcher(text.getString()).matches()) {
            return text.getString();
        }
        wrong(pointer, must(value, "be the sku of an item, such as TEA-GREEN; GET /api/stock lists them"));
        return null;
    }

    private @Nullable Integer quantity(@Nullable JsonValue value, String pointer) {
        if (value instanceof JsonNumber number) {
            var amount = number.bigDecimalValue();
            // The range first: only then is it cheap to ask whether a number such as 1e999999 is whole.
            if (amount.compareTo(BigDecimal.ONE) >= 0
                    && amount.compareTo(BigDecimal.valueOf(MAX_QUANTITY)) <= 0
                    && amount.stripTrailingZeros().scale() <= 0) {
                return amount.intValueExact();
            }
        }
        wrong(pointer, must(value, "be a whole number from 1 to " + MAX_QUANTITY));
        return null;
    }

    private void onlyKnown(JsonObject object, String pointer, Set<String> known) {
        object.keySet().stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> wrong(
                        pointer + "/" + escaped(name),
                        "is not known; accepted are " + String.join(", ", sorted(known))));
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }

    /** As RFC 6901 asks for. */
    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private static String must(@Nullable JsonValue value, String rule) {
        return (value == null ? "is missing: it must " : "must ") + rule;
    }

    private void wrong(String pointer, String detail) {
        errors.add(new FieldError(pointer, detail));
    }
}
