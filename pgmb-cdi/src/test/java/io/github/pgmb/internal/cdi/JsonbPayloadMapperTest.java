package io.github.pgmb.internal.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.json.bind.annotation.JsonbProperty;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonbPayloadMapperTest {

    private final JsonbPayloadMapper mapper = new JsonbPayloadMapper();

    @AfterEach
    void close() {
        mapper.close();
    }

    private record Item(String sku, int quantity) {}

    private record Order(long id, List<Item> items, Optional<String> note) {}

    record Page<T>(
            List<T> content, @JsonbProperty("next-page") String next) {}

    record Tree(String name, List<Tree> children) {}

    record Positive(int number) {
        Positive {
            if (number <= 0) {
                throw new IllegalArgumentException("not positive");
            }
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    record Leaves(
            Instant at,
            LocalDate day,
            BigDecimal price,
            UUID id,
            DayOfWeek weekday,
            Double ratio,
            byte[] bytes,
            JsonObject json,
            Object anything,
            Plain plain,
            char letter) {}

    record Optionals(
            OptionalInt i, OptionalLong l, OptionalDouble d, Optional<Item> item, Optional<List<Item>> items) {}

    record Containers(
            Set<Item> set,
            Deque<Item> deque,
            SortedMap<String, Item> sorted,
            Map<DayOfWeek, Item> byDay,
            Map<UUID, List<Item>> byId,
            Map<Integer, String> names,
            List<Optional<Item>> optionals) {}

    public static class Plain {
        public String name;
        public int size;

        @Override
        public boolean equals(Object other) {
            return other instanceof Plain plain && Objects.equals(name, plain.name) && size == plain.size;
        }

        @Override
        public int hashCode() {
            return Objects.hash(name, size);
        }
    }

    /** Captures a generic type as a handler's parameter declares it. */
    private static Type type(String method) {
        return Arrays.stream(Declared.class.getDeclaredMethods())
                .filter(declared -> declared.getName().equals(method))
                .findFirst()
                .orElseThrow()
                .getGenericParameterTypes()[0];
    }

    interface Declared {
        void items(List<Item> items);

        void itemArray(Item[] items);

        void page(Page<Item> page);

        void pages(Map<String, Page<Page<Item>>> pages);

        void strings(List<String> strings);

        void bounded(List<? extends Item> items);
    }

    @Nested
    class Reads {

        @Test
        void non_public_records_with_records_inside() {
            var order = mapper.fromJson("{\"id\":7,\"items\":[{\"sku\":\"A\",\"quantity\":2}]}", Order.class);
            assertThat(order).isEqualTo(new Order(7, List.of(new Item("A", 2)), Optional.empty()));
        }

        @Test
        void generic_records_and_renamed_members() {
            var json = "{\"content\":[{\"sku\":\"A\",\"quantity\":2}],\"next-page\":\"p2\"}";
            assertThat(mapper.fromJson(json, type("page"))).isEqualTo(new Page<>(List.of(new Item("A", 2)), "p2"));
        }

        @Test
        void lists_arrays_and_bounded_wildcards_of_records() {
            var json = "[{\"sku\":\"A\",\"quantity\":2}]";
            var item = new Item("A", 2);
            assertThat(mapper.fromJson(json, type("items"))).isEqualTo(List.of(item));
            assertThat(mapper.fromJson(json, type("bounded"))).isEqualTo(List.of(item));
            assertThat((Object[]) mapper.fromJson(json, Item[].class)).containsExactly(item);
        }

        @Test
        void members_that_the_record_does_not_have_are_ignored() {
            var json = "{\"sku\":\"A\",\"quantity\":2,\"colour\":\"red\"}";
            assertThat(mapper.fromJson(json, Item.class)).isEqualTo(new Item("A", 2));
        }

        @Test
        void null_is_a_reference_but_no_primitive() {
            assertThat(mapper.fromJson("{\"sku\":null,\"quantity\":2}", Item.class))
                    .isEqualTo(new Item(null, 2));
            assertThatThrownBy(() -> mapper.fromJson("{\"sku\":\"A\",\"quantity\":null}", Item.class))
                    .hasMessage("quantity is null, not int");
        }

        @Test
        void an_optional_is_empty_if_absent_or_null() {
            var absent = mapper.fromJson("{}", Optionals.class);
            var explicit =
                    mapper.fromJson("{\"i\":null,\"l\":null,\"d\":null,\"item\":null,\"items\":null}", Optionals.class);
            assertThat(absent)
                    .isEqualTo(explicit)
                    .isEqualTo(new Optionals(
                            OptionalInt.empty(),
                            OptionalLong.empty(),
                            OptionalDouble.empty(),
                            Optional.empty(),
                            Optional.empty()));
        }

        @Test
        void a_string_as_its_content_and_anything_else_as_its_text() {
            assertThat(mapper.fromJson("\"a\\nb\"", String.class)).isEqualTo("a\nb");
            assertThat(mapper.fromJson("{\"a\": 1}", String.class)).isEqualTo("{\"a\": 1}");
            assertThat(mapper.fromJson("null", String.class)).isEqualTo("null");
        }

        @Test
        void json_as_it_is() {
            assertThat(mapper.fromJson("{\"a\":[1]}", JsonObject.class)).hasToString("{\"a\":[1]}");
            assertThat(mapper.fromJson("[1]", JsonArray.class)).hasToString("[1]");
            assertThat(mapper.fromJson("null", JsonValue.class)).isEqualTo(JsonValue.NULL);
            assertThatThrownBy(() -> mapper.fromJson("[1]", JsonObject.class))
                    .hasMessage("the payload is an array, not JsonObject");
        }

        @Test
        void maps_classes_and_plain_lists_by_jsonb() {
            assertThat(mapper.fromJson("{\"a\":\"b\"}", Map.class)).isEqualTo(Map.of("a", "b"));
            assertThat(mapper.fromJson("[\"a\",\"b\"]", type("strings"))).isEqualTo(List.of("a", "b"));
            assertThat(((Plain) mapper.fromJson("{\"name\":\"x\",\"size\":3}", Plain.class)).size)
                    .isEqualTo(3);
        }

        @Test
        void numbers_and_booleans() {
            assertThat(mapper.fromJson("5", int.class)).isEqualTo(5);
            assertThat(mapper.fromJson("true", Boolean.class)).isEqualTo(true);
            assertThat(mapper.fromJson("1.5", Double.class)).isEqualTo(1.5);
        }
    }

    @Nested
    class Refuses {

        @Test
        void a_missing_component_by_its_path() {
            var json =
                    "{\"id\":7,\"items\":[{\"sku\":\"A\",\"quantity\":2},{\"sku\":\"B\",\"quantity\":1},{\"quantity\":9}]}";
            assertThatThrownBy(() -> mapper.fromJson(json, Order.class)).hasMessage("items[2].sku is missing");
        }

        @Test
        void a_missing_component_of_a_generic_record_in_a_map() {
            var json = "{\"x\":{\"content\":[{\"content\":[],\"next\":\"\"}],\"next-page\":\"\"}}";
            assertThatThrownBy(() -> mapper.fromJson(json, type("pages")))
                    .hasMessage("x.content[0].next-page is missing");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{\"sku\":5,\"quantity\":1}            | sku is a number, not String",
                    "{\"sku\":{},\"quantity\":1}           | sku is an object, not String",
                    "{\"sku\":\"A\",\"quantity\":\"1\"}    | quantity is a string, not int",
                    "{\"sku\":\"A\",\"quantity\":1.5}      | quantity is 1.5, which is no int",
                    "{\"sku\":\"A\",\"quantity\":3000000000} | quantity is 3000000000, which is no int",
                    "{\"sku\":\"A\",\"quantity\":true}     | quantity is a boolean, not int",
                    "[]                                    | the payload is an array, not an object",
                    "\"text\"                              | the payload is a string, not an object",
                    "null                                  | the payload is null",
                })
        void other_types_of_json(String json, String message) {
            assertThatThrownBy(() -> mapper.fromJson(json, Item.class)).hasMessage(message);
        }

        @Test
        void an_object_for_a_list() {
            assertThatThrownBy(() -> mapper.fromJson("{\"id\":7,\"items\":{}}", Order.class))
                    .hasMessage("items is an object, not an array");
        }

        @Test
        void what_the_constructor_refuses() {
            assertThatThrownBy(() -> mapper.fromJson("{\"number\":0}", Positive.class))
                    .hasMessage("the payload is refused by its constructor: not positive")
                    .hasCauseInstanceOf(IllegalArgumentException.class);
        }

        @ParameterizedTest
        @ValueSource(strings = {"weekday", "at", "id"})
        void a_leaf_that_jsonb_refuses_by_its_path(String member) {
            var json = Json.createObjectBuilder(Json.createReader(new java.io.StringReader(mapper.toJson(leaves())))
                            .readObject())
                    .add(member, "NO")
                    .build();
            assertThatThrownBy(() -> mapper.fromJson(json.toString(), Leaves.class))
                    .isInstanceOf(PayloadMismatch.class)
                    .hasMessageStartingWith(member + " is not ");
        }

        @Test
        void a_string_for_a_decimal_number() {
            assertThatThrownBy(() -> mapper.fromJson("{\"price\":\"1.5\"}", Priced.class))
                    .hasMessage("price is a string, not BigDecimal");
        }

        @Test
        void null_for_a_class() {
            assertThatThrownBy(() -> mapper.fromJson("null", Plain.class)).hasMessage("the payload is null");
            assertThatThrownBy(() -> mapper.fromJson("null", Integer.class)).hasMessage("the payload is null");
        }
    }

    @Nested
    class Writes {

        @Test
        void what_it_reads() {
            roundTrip(new Order(7, List.of(new Item("A", 2), new Item(null, 0)), Optional.of("x")), Order.class);
            roundTrip(new Order(7, null, Optional.empty()), Order.class);
            roundTrip(new Tree("a", List.of(new Tree("b", List.of()))), Tree.class);
            roundTrip(List.of(new Item("A", 2)), type("items"));
            roundTrip(new Page<>(List.of(new Item("A", 2)), null), type("page"));
            roundTrip(Map.of("x", new Page<>(List.of(new Page<>(List.of(new Item("A", 1)), "n")), "m")), type("pages"));
            roundTrip(
                    new Optionals(
                            OptionalInt.of(1),
                            OptionalLong.of(2),
                            OptionalDouble.of(1.5),
                            Optional.of(new Item("A", 1)),
                            Optional.of(List.of())),
                    Optionals.class);
            roundTrip("text with \"quotes\" and \u00fc\ud83d\ude00", String.class);
        }

        @Test
        void leaves_by_jsonb() {
            var leaves = leaves();
            var read = (Leaves) mapper.fromJson(mapper.toJson(leaves), Leaves.class);
            assertThat(read)
                    .usingRecursiveComparison()
                    .withEqualsForType((a, b) -> a.compareTo(b) == 0, BigDecimal.class)
                    .isEqualTo(leaves);
        }

        @Test
        void containers_of_records() {
            var item = new Item("A", 1);
            var containers = new Containers(
                    Set.of(item),
                    new java.util.ArrayDeque<>(List.of(item)),
                    new java.util.TreeMap<>(Map.of("x", item)),
                    Map.of(DayOfWeek.MONDAY, item),
                    Map.of(new UUID(1, 2), List.of(item)),
                    Map.of(1, "one"),
                    List.of(Optional.of(item), Optional.empty()));
            assertThat(mapper.fromJson(mapper.toJson(containers), Containers.class))
                    .usingRecursiveComparison()
                    .isEqualTo(containers);
        }

        @Test
        void arrays_numbers_and_json() {
            assertThat(mapper.toJson(new Item[] {new Item("A", 1)})).isEqualTo("[{\"sku\":\"A\",\"quantity\":1}]");
            assertThat(mapper.toJson(new int[] {1, 2})).isEqualTo("[1,2]");
            assertThat(mapper.toJson(1.5)).isEqualTo("1.5");
            assertThat(mapper.toJson(Json.createObjectBuilder().add("a", 1).build()))
                    .isEqualTo("{\"a\":1}");
        }

        private void roundTrip(Object payload, Type type) {
            assertThat(mapper.fromJson(mapper.toJson(payload), type)).isEqualTo(payload);
        }
    }

    private static Leaves leaves() {
        var plain = new Plain();
        plain.name = "p";
        plain.size = 3;
        return new Leaves(
                Instant.parse("2024-02-29T12:00:00.123456Z"),
                LocalDate.of(2024, 2, 29),
                new BigDecimal("12.30"),
                new UUID(1, 2),
                DayOfWeek.FRIDAY,
                0.1,
                new byte[] {1, -1},
                Json.createObjectBuilder().add("a", 1).build(),
                "anything",
                plain,
                'x');
    }

    record Priced(BigDecimal price) {}
}
