package io.github.pgmb.sample.shop.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.github.pgmb.sample.shop.http.Problem;
import io.github.pgmb.sample.shop.http.Problem.FieldError;
import io.github.pgmb.sample.shop.http.RequestRefused;
import io.github.pgmb.sample.shop.orders.OrderRequest.Item;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrderRequestReaderTest {

    @Test
    void readsAnOrder() throws IOException {
        var request = read("""
                {"customer": " Ada Lovelace-Ü 東京 😀 ", "items": [{"sku": "CUP", "quantity": 2}, {"quantity": 1e2, "sku": "POT"}]}""");

        assertThat(request.customer()).isEqualTo("Ada Lovelace-Ü 東京 😀");
        assertThat(request.items()).containsExactly(new Item("CUP", 2), new Item("POT", 100));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "{\"customer\":", "{} x", "{} {}", "tru", "{'customer': 1}", "\u0000"})
    void refusesWhatIsNoJson(String body) {
        var problem = problem(body);

        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.detail()).contains("not JSON", "\"customer\"");
    }

    @Test
    void refusesWhatTheParserRefusesByItsLimits() {
        assertThat(problem("[".repeat(2000)).status()).isEqualTo(400);
        assertThat(problem("{\"a\": " + "1".repeat(5000) + "}").status()).isEqualTo(400);
        assertThat(problem("{\"a\": 1e99999999999}").status()).isEqualTo(400);
    }

    @Test
    void refusesOtherEncodings() {
        assertThat(problem("{\"customer\": \"Ä\"}".getBytes(StandardCharsets.ISO_8859_1))
                        .detail())
                .contains("UTF-8");
    }

    @Test
    void refusesLongBodies() {
        assertThat(problem(" ".repeat(OrderRequestReader.MAX_BODY + 1)).status())
                .isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "\"x\"", "null", "true"})
    void refusesWhatIsNoObject(String body) {
        assertThat(problem(body).status()).isEqualTo(422);
        assertThat(problem(body).errors()).extracting(FieldError::pointer).containsExactly("#");
    }

    @Test
    void namesEveryMissingMember() {
        assertThat(problem("{}").errors())
                .extracting(FieldError::pointer, FieldError::detail)
                .containsExactly(
                        tuple("#/customer", "is missing: it must be a name of 1 to 100 characters"),
                        tuple("#/items", "is missing: it must be an array of 1 to 50 items"));
        assertThat(problem("{\"customer\": \"Ada\", \"items\": [{}]}").errors())
                .extracting(FieldError::pointer)
                .containsExactly("#/items/0/sku", "#/items/0/quantity");
    }

    @Test
    void namesUnknownMembers() {
        var errors = problem("""
                {"customer": "Ada", "items": [{"sku": "CUP", "quantity": 1, "a/b~c": 1}], "colour": "red"}""").errors();

        assertThat(errors).extracting(FieldError::pointer).containsExactly("#/colour", "#/items/0/a~1b~0c");
        assertThat(errors)
                .extracting(FieldError::detail)
                .first()
                .isEqualTo("is not known; accepted are customer, items");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "-1", "1001", "1.5", "1e999999999", "1e-999999999", "\"2\"", "true", "null", "[]", "{}"})
    void refusesOtherQuantities(String quantity) {
        assertOnlyError(
                "{\"customer\": \"Ada\", \"items\": [{\"sku\": \"CUP\", \"quantity\": " + quantity + "}]}",
                "#/items/0/quantity",
                "must be a whole number from 1 to 1000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"cup\"", "\"CUP \"", "\"A\\u0000\"", "1", "null"})
    void refusesOtherSkus(String sku) {
        assertThat(problem("{\"customer\": \"Ada\", \"items\": [{\"sku\": " + sku + ", \"quantity\": 1}]}")
                        .errors())
                .extracting(FieldError::pointer)
                .containsExactly("#/items/0/sku");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"  \"", "\"A\\u0000\"", "\"A\\n\"", "\"\\ud800\"", "1", "null", "[]"})
    void refusesOtherCustomers(String customer) {
        assertOnlyError(
                "{\"customer\": " + customer + ", \"items\": [{\"sku\": \"CUP\", \"quantity\": 1}]}",
                "#/customer",
                "must be a name of 1 to 100 characters");
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1, true", "50, true", "51, false"})
    void limitsTheNumberOfItems(int count, boolean accepted) throws IOException {
        var item = "{\"sku\": \"CUP\", \"quantity\": 1}";
        var body = "{\"customer\": \"Ada\", \"items\": [" + String.join(",", Collections.nCopies(count, item)) + "]}";

        if (accepted) {
            assertThat(read(body).items()).hasSize(count);
        } else {
            assertOnlyError(body, "#/items", "must be an array of 1 to 50 items");
        }
    }

    private static void assertOnlyError(String body, String pointer, String detail) {
        assertThat(problem(body).status()).isEqualTo(422);
        assertThat(problem(body).errors()).containsExactly(new FieldError(pointer, detail));
    }

    private static OrderRequest read(String body) throws IOException {
        return OrderRequestReader.read(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static Problem problem(String body) {
        return problem(body.getBytes(StandardCharsets.UTF_8));
    }

    private static Problem problem(byte[] body) {
        return catchThrowableOfType(RequestRefused.class, () -> OrderRequestReader.read(new ByteArrayInputStream(body)))
                .problem();
    }
}
