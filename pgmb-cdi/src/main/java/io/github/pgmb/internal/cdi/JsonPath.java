package io.github.pgmb.internal.cdi;

import org.jspecify.annotations.Nullable;

/** A place in a payload, such as {@code items[2].sku}; made for every value, and written out only when one does not fit. */
record JsonPath(@Nullable JsonPath parent, String step) {

    static JsonPath root() {
        return new JsonPath(null, "");
    }

    JsonPath member(String name) {
        return new JsonPath(this, name);
    }

    JsonPath element(int index) {
        return new JsonPath(this, "[" + index + "]");
    }

    private String text() {
        var before = parent == null ? "" : parent.text();
        return before.isEmpty() || step.startsWith("[") ? before + step : before + "." + step;
    }

    @Override
    public String toString() {
        return parent == null ? "the payload" : text();
    }
}
