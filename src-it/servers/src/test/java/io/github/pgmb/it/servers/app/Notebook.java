package io.github.pgmb.it.servers.app;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.ConfigProvider;

/** Writes down what was handled, and in whose surroundings. */
@ApplicationScoped
public class Notebook {

    /** Where a server has the data source, as its administrator would define it. */
    public static final String DATA_SOURCE = "jdbc/pgmb";

    private static final String NOTE =
            "insert into handled (handler, word, naming, configuration, sees_itself) values (?, ?, ?, ?, ?)";

    public void note(Word word, String handler, Class<?> itself) throws Exception {
        try (var connection = find(DATA_SOURCE, DataSource.class).getConnection();
                var statement = connection.prepareStatement(NOTE)) {
            statement.setString(1, handler);
            statement.setString(2, word.word());
            statement.setString(3, find("java:comp/env/module", String.class));
            statement.setString(4, configuration());
            statement.setBoolean(5, isSeen(itself));
            statement.executeUpdate();
            TimeUnit.MILLISECONDS.sleep(word.millis());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("BanJNDI") // constants
    private static <T> T find(String name, Class<T> type) throws NamingException {
        return type.cast(new InitialContext().lookup(name));
    }

    private static String configuration() {
        return ConfigProvider.getConfig()
                .getOptionalValue("app.module", String.class)
                .orElse("none");
    }

    private static boolean isSeen(Class<?> itself) {
        try {
            var loader = Thread.currentThread().getContextClassLoader();
            return Class.forName(itself.getName(), false, loader) == itself;
        } catch (ClassNotFoundException elsewhere) {
            return false;
        }
    }
}
