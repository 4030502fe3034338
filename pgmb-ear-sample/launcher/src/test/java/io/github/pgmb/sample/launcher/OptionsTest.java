package io.github.pgmb.sample.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {

    private static final Path DATA = Path.of("/data");
    private static final Map<String, String> DATABASE_IN_ENVIRONMENT =
            Map.of("PGMB_SAMPLE_DATABASE_URL", "jdbc:postgresql://db/shop", "PGMB_SAMPLE_DATABASE_PASSWORD", "secret");

    @Test
    void hasDefaults() throws UsageException {
        var options = parse();

        assertThat(options.form()).isEqualTo(Form.EAR);
        assertThat(options.port()).isEqualTo(8080);
        assertThat(options.dataDirectory()).isEqualTo(DATA);
        assertThat(options.existing()).isEmpty();
    }

    @Test
    void readsOptionsWithAndWithoutEqualsSign() throws UsageException {
        var options = parse("--port=8081", "--data-dir", "/elsewhere");

        assertThat(options.port()).isEqualTo(8081);
        assertThat(options.dataDirectory()).isEqualTo(Path.of("/elsewhere"));
    }

    @Test
    void readsTheFormWithoutAValue() throws UsageException {
        var options = parse("--war", "--port", "8081");

        assertThat(options.form()).isEqualTo(Form.WAR);
        assertThat(options.port()).isEqualTo(8081);
    }

    @Test
    void readsAnExistingDatabaseAndPrefersOptionsToTheEnvironment() throws UsageException {
        assertThat(parse(DATABASE_IN_ENVIRONMENT).existing())
                .contains(new ShopDatabase("jdbc:postgresql://db/shop", "shop", "secret"));
        assertThat(parse(DATABASE_IN_ENVIRONMENT, "--database-url=jdbc:postgresql://other/x", "--database-user=u")
                        .existing())
                .contains(new ShopDatabase("jdbc:postgresql://other/x", "u", "secret"));
        assertThat(parse(DATABASE_IN_ENVIRONMENT, "--data-dir=/elsewhere").existing())
                .isEmpty();
    }

    @Test
    void doesNotShowThePassword() {
        assertThat(new ShopDatabase("jdbc:postgresql://db/shop", "shop", "secret").toString())
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "--prot=1, Unknown option: --prot=1. Known are --data-dir",
        "x, Unknown option: x",
        "--war=yes, Unknown option: --war=yes",
        "--port=, --port needs a value",
        "--port, --port needs a value",
        "--port=0, from 1 to 65535",
        "--port=65536, from 1 to 65535",
        "--port=http, from 1 to 65535",
        "--database-url=postgres://db, begins with jdbc:postgresql://",
        "--database-url=jdbc:postgresql://db/x?user=u, not in the URL"
    })
    void saysWhatIsWrong(String argument, String message) {
        assertThatThrownBy(() -> parse(argument))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesAnOwnAndAnExistingDatabaseTogether() {
        assertThatThrownBy(() -> parse("--data-dir=/x", "--database-url=jdbc:postgresql://db/x"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("give one of them");
    }

    private static Options parse(String... arguments) throws UsageException {
        return parse(Map.of(), arguments);
    }

    private static Options parse(Map<String, String> environment, String... arguments) throws UsageException {
        return Options.parse(List.of(arguments), environment, DATA);
    }
}
