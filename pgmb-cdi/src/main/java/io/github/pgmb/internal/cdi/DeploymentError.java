package io.github.pgmb.internal.cdi;

/** The mistakes that a handler's declaration can contain; {@code docs/errors.md} explains each. */
enum DeploymentError {
    NO_PARAMETER("PGMB-0001", "the event as the first parameter, then injection points"),
    OTHER_ROLE(
            "PGMB-0002",
            "a method of its own: no @Inject or @Produces on it, no @Observes, @ObservesAsync or @Disposes on a parameter"),
    NO_INTEREST("PGMB-0003", "at least one of topics and conditionsSql (\"true\" for every event)"),
    TOPIC("PGMB-0004", "1 to 255 characters without NUL; * only at the end, as in \"orders.*\""),
    CONDITION("PGMB-0005", "a SQL expression without NUL"),
    PARAMS("PGMB-0006", "a JSON object without the key \"topics\" and without NUL, and a conditionsSql that sees it"),
    NAME("PGMB-0007", "1 to 100 lower-case letters, digits and hyphens, beginning with a letter or digit"),
    DUPLICATE_NAME("PGMB-0008", "a name for each handler that no other one of the application has"),
    EVENT_FORM("PGMB-0009", "T, Event<T>, EventBatch<T> or List<Event<T>> with a concrete T"),
    PAYLOAD_TYPE("PGMB-0010", "a concrete type that JSON-B or the PayloadMapper can build"),
    TRANSACTION_ATTRIBUTE("PGMB-0011", "REQUIRED, MANDATORY, SUPPORTS, or none: the broker begins the transaction"),
    NOT_INTERCEPTED("PGMB-0012", "a method that is neither private nor static, or no @Transactional"),
    EJB_TRANSACTIONAL("PGMB-0013", "@TransactionAttribute on EJBs with container-managed transactions, else neither"),
    RESULT("PGMB-0014", "void"),
    ASYNCHRONOUS("PGMB-0015", "a method that has handled the event when it returns"),
    SCOPE("PGMB-0016", "any scope but @SessionScoped and @ConversationScoped, which are not active in handlers"),
    EVENT_METADATA("PGMB-0017", "Event<T> as the first parameter, which has id, topic and metadata of the event"),
    RETRY(
            "PGMB-0018",
            "delays from PT0S to P365D, as in {\"PT1M\", \"PT5M\"}; or an initialDelay above 0, a factor of at least 1, a"
                    + " maxDelay of at least initialDelay, a jitter from 0 to 1, and at least 1 attempt"),
    SPLIT_BY("PGMB-0019", SplitPointer.ACCEPTED + ", on a handler of EventBatch<T> or List<Event<T>>");

    private final String code;
    private final String accepted;

    DeploymentError(String code, String accepted) {
        this.code = code;
        this.accepted = accepted;
    }

    String code() {
        return code;
    }

    /** The message in full. */
    String text(String where, String problem) {
        return code + ": @PgmbObserves " + where + " " + problem + ". Accepted: " + accepted + ".";
    }
}
