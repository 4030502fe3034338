package io.github.pgmb.internal.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompatibilityTest {

    private static final Compatibility NODE = new Compatibility(version("1.4.1"), version("1.2.0"));

    private static SchemaVersion version(String text) {
        return SchemaVersion.parse(text).orElseThrow();
    }

    private static String codeOf(Runnable check) {
        return Optional.ofNullable(catchThrowable(check::run))
                .map(refused -> refused.getMessage().substring(0, "PGMB-0000".length()))
                .orElse("accepted");
    }

    @ParameterizedTest
    @CsvSource({
        // version, its oldest client, with none, with validate, with update
        "1.1.9,  1.0.0, PGMB-0208, PGMB-0208, accepted",
        "0.9.0,  0.9.0, PGMB-0208, PGMB-0208, accepted",
        "1.2.0,  1.0.0, accepted,  PGMB-0208, accepted",
        "1.4.0,  1.4.0, accepted,  PGMB-0208, accepted",
        "1.4.1,  1.3.0, accepted,  accepted,  accepted",
        "1.4.1,  1.4.1, accepted,  accepted,  accepted",
        "1.4.2,  1.4.1, accepted,  accepted,  accepted",
        "1.10.0, 1.4.0, accepted,  accepted,  accepted",
        "1.5.0,  1.4.2, PGMB-0209, PGMB-0209, PGMB-0209",
        "1.5.0,  1.5.0, PGMB-0209, PGMB-0209, PGMB-0209",
        "2.0.0,  2.0.0, PGMB-0209, PGMB-0209, PGMB-0209",
        "2.0.0,  1.0.0, PGMB-0209, PGMB-0209, PGMB-0209",
    })
    void decidesBySchemaVersionAndWhatItServes(
            String found, String oldestClient, String none, String validate, String update) {
        var schema = new InstalledSchema(version(found), version(oldestClient));
        assertThat(codeOf(() -> NODE.requireUsable(schema))).isEqualTo(none);
        assertThat(codeOf(() -> NODE.requireCurrent(schema))).isEqualTo(validate);
        assertThat(codeOf(() -> NODE.requireNotTooNew(schema))).isEqualTo(update);
    }

    @Test
    void namesWhatItFoundAndWhatItNeeds() {
        var old = new InstalledSchema(version("1.1.0"), version("1.0.0"));
        assertThat(catchThrowable(() -> NODE.requireUsable(old))).hasMessageContainingAll("1.1.0", "1.2.0");
        assertThat(catchThrowable(() -> NODE.requireCurrent(old))).hasMessageContainingAll("1.1.0", "1.4.1");
        var fresh = new InstalledSchema(version("2.0.0"), version("2.0.0"));
        assertThat(catchThrowable(() -> NODE.requireUsable(fresh))).hasMessageContainingAll("2.0.0", "1.4.1");
    }

    @ParameterizedTest
    @CsvSource({"1.2", "1.2.3.4", "1.2.x", "''", "-1.0.0", "1.0.99999999999", "1.2.3-rc"})
    void takesNothingElseForAVersion(String text) {
        assertThat(SchemaVersion.parse(text)).isEmpty();
    }
}
