package io.github.pgmb.internal.cdi;

/** A place in a payload, such as {@code items[2].sku}. */
record JsonPath(String text) {

    static JsonPath root() {
        return new JsonPath("");
    }

    JsonPath member(String name) {
        return new JsonPath(text.isEmpty() ? name : text + "." + name);
    }

    JsonPath element(int index) {
        return new JsonPath(text + "[" + index + "]");
    }

    @Override
    public String toString() {
        return text.isEmpty() ? "the payload" : text;
    }
}
