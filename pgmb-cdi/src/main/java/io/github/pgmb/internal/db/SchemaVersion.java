package io.github.pgmb.internal.db;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The version of a schema: major.minor.patch, ordered by these numbers. */
record SchemaVersion(int major, int minor, int patch) implements Comparable<SchemaVersion> {

    private static final Pattern FORM = Pattern.compile("(\\d{1,9})\\.(\\d{1,9})\\.(\\d{1,9})");
    private static final Comparator<SchemaVersion> ORDER = Comparator.comparingInt(SchemaVersion::major)
            .thenComparingInt(SchemaVersion::minor)
            .thenComparingInt(SchemaVersion::patch);

    /** Empty if it is not a version. */
    static Optional<SchemaVersion> parse(@Nullable String text) {
        var numbers = FORM.matcher(text == null ? "" : text);
        return numbers.matches()
                ? Optional.of(new SchemaVersion(
                        Integer.parseInt(numbers.group(1)),
                        Integer.parseInt(numbers.group(2)),
                        Integer.parseInt(numbers.group(3))))
                : Optional.empty();
    }

    boolean isOlderThan(SchemaVersion other) {
        return compareTo(other) < 0;
    }

    @Override
    public int compareTo(SchemaVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
