package io.github.pgmb.it.page;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The browser and its driver that this machine has; nothing is downloaded. */
record Chromium(Path browser, Path driver) {

    static final String REQUIRED = "pgmb.browser.required";

    private static final Pattern SEPARATOR = Pattern.compile(Pattern.quote(File.pathSeparator));

    static Optional<Chromium> onThisMachine() {
        var browser = onPath("chromium", "chromium-browser", "google-chrome");
        var driver = onPath("chromedriver");
        return browser.isEmpty() || driver.isEmpty()
                ? Optional.empty()
                : Optional.of(new Chromium(browser.get(), driver.get()));
    }

    static boolean isRequired() {
        return Boolean.getBoolean(REQUIRED) || "true".equals(System.getenv("CI"));
    }

    private static Optional<Path> onPath(String... names) {
        var folders =
                SEPARATOR.splitAsStream(System.getenv("PATH")).map(Path::of).toList();
        return Stream.of(names)
                .flatMap(name -> folders.stream().map(folder -> folder.resolve(name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** @param profile an empty folder */
    ChromeDriver start(Path profile) {
        var service = new ChromeDriverService.Builder()
                .usingDriverExecutable(driver.toFile())
                .usingAnyFreePort()
                .build();
        var options = new ChromeOptions();
        options.setBinary(browser.toFile());
        options.addArguments(arguments(profile));
        var logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        return new ChromeDriver(service, options);
    }

    /** No window, and no word to anybody but the page. */
    private static List<String> arguments(Path profile) {
        return List.of(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile);
    }
}
