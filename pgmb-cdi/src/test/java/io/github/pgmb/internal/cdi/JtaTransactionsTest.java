package io.github.pgmb.internal.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionSynchronizationRegistryImple;
import io.github.pgmb.PgmbException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real transaction manager. */
class JtaTransactionsTest {

    private final UserTransaction user = com.arjuna.ats.jta.UserTransaction.userTransaction();
    private final List<String> calls = new ArrayList<>();
    private final JtaTransactions transactions = new JtaTransactions() {

        private final TransactionSynchronizationRegistry registry = new TransactionSynchronizationRegistryImple();

        @Override
        UserTransaction userTransaction() {
            return user;
        }

        @Override
        Optional<TransactionSynchronizationRegistry> registry() {
            return Optional.of(registry);
        }
    };

    @SuppressWarnings("UnnecessaryLambda") // its identity matters
    private final Runnable action = () -> calls.add("action");

    @BeforeAll
    static void keepTheLogOfTransactionsOutOfTheCheckout(@TempDir Path folder) {
        arjPropertyManager.getObjectStoreEnvironmentBean().setObjectStoreDir(folder.toString());
    }

    @AfterEach
    void no_transaction_is_left_on_the_thread() throws Exception {
        assertThat(user.getStatus()).isEqualTo(Status.STATUS_NO_TRANSACTION);
    }

    @Test
    void an_action_runs_once_and_after_the_commit() throws Exception {
        user.begin();
        transactions.afterCommit(action);
        transactions.afterCommit(action);
        assertThat(calls).isEmpty();
        user.commit();
        assertThat(calls).containsExactly("action");
    }

    @Test
    void each_transaction_and_each_action_counts() throws Exception {
        for (var i = 0; i < 2; i++) {
            user.begin();
            transactions.afterCommit(action);
            transactions.afterCommit(() -> calls.add("other"));
            user.commit();
        }
        assertThat(calls).containsExactlyInAnyOrder("action", "action", "other", "other");
    }

    @Test
    void a_transaction_that_was_left_open_is_rolled_back() throws Exception {
        assertThat(transactions.rollBackLeftOver()).isFalse();
        user.begin();
        transactions.afterCommit(action);
        assertThat(transactions.rollBackLeftOver()).isTrue();
        assertThat(calls).isEmpty();
    }

    @Test
    void a_rollback_runs_nothing() throws Exception {
        user.begin();
        transactions.afterCommit(action);
        user.rollback();
        assertThat(calls).isEmpty();
    }

    @Test
    void a_transaction_marked_for_rollback_runs_nothing() throws Exception {
        user.begin();
        user.setRollbackOnly();
        transactions.afterCommit(action);
        assertThatThrownBy(user::commit).isInstanceOf(RollbackException.class);
        assertThat(calls).isEmpty();
    }

    @Test
    void without_a_transaction_an_action_runs_at_once() {
        transactions.afterCommit(action);
        assertThat(calls).containsExactly("action");
    }

    @Test
    void an_action_is_registered_even_while_the_transaction_completes() throws Exception {
        user.begin();
        transactions.registry().orElseThrow().registerInterposedSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {
                transactions.afterCommit(action);
            }

            @Override
            public void afterCompletion(int status) {
                transactions.afterCommit(() -> calls.add("late"));
            }
        });
        user.commit();
        assertThat(calls).contains("action");
    }

    @Test
    void work_commits() throws Exception {
        var result = transactions.inTransaction(Duration.ZERO, () -> {
            assertThat(user.getStatus()).isEqualTo(Status.STATUS_ACTIVE);
            transactions.afterCommit(action);
            return "result";
        });
        assertThat(result).isEqualTo("result");
        assertThat(calls).containsExactly("action");
    }

    @Test
    void checked_exceptions_and_errors_roll_back_too() {
        var checked = new IOException("checked");
        assertThatThrownBy(() -> transactions.inTransaction(Duration.ZERO, () -> {
                    transactions.afterCommit(action);
                    throw checked;
                }))
                .isSameAs(checked);
        var error = new AssertionError("error");
        assertThatThrownBy(() -> transactions.inTransaction(Duration.ZERO, () -> {
                    transactions.afterCommit(action);
                    throw error;
                }))
                .isSameAs(error);
        assertThat(calls).isEmpty();
    }

    @Test
    void a_mark_for_rollback_without_an_exception_is_a_failure() {
        assertThatThrownBy(() -> transactions.inTransaction(Duration.ZERO, () -> {
                    user.setRollbackOnly();
                    return "result";
                }))
                .isInstanceOf(PgmbException.class)
                .hasMessageStartingWith("PGMB-0452");
    }

    @Test
    void a_failing_commit_is_a_failure() {
        assertThatThrownBy(() -> transactions.inTransaction(Duration.ZERO, () -> {
                    transactions.registry().orElseThrow().registerInterposedSynchronization(new Synchronization() {
                        @Override
                        public void beforeCompletion() {
                            throw new IllegalStateException("flush");
                        }

                        @Override
                        public void afterCompletion(int status) {}
                    });
                    return "result";
                }))
                .isInstanceOf(RollbackException.class);
    }

    @Test
    void a_timeout_is_a_failure() throws Exception {
        user.setTransactionTimeout(1);
        try {
            assertThatThrownBy(() -> transactions.inTransaction(Duration.ZERO, () -> {
                        Thread.sleep(2500);
                        return "result";
                    }))
                    .isInstanceOf(PgmbException.class)
                    .hasMessageStartingWith("PGMB-0452");
        } finally {
            user.setTransactionTimeout(0);
        }
    }

    @Test
    void the_timeout_of_a_handler_is_a_failure_and_the_next_one_on_the_thread_has_the_usual_one() throws Exception {
        assertThatThrownBy(() -> transactions.inTransaction(Duration.ofSeconds(1), () -> {
                    Thread.sleep(2500);
                    return "result";
                }))
                .isInstanceOf(PgmbException.class)
                .hasMessageStartingWith("PGMB-0452");
        var result = transactions.inTransaction(Duration.ZERO, () -> {
            Thread.sleep(2500);
            return "usual";
        });
        assertThat(result).isEqualTo("usual");
    }

    @Test
    void a_timeout_that_ends_is_that_of_its_transaction_alone() throws Exception {
        transactions.inTransaction(Duration.ofSeconds(1), () -> "short");
        user.begin();
        Thread.sleep(2500);
        assertThat(user.getStatus()).isEqualTo(Status.STATUS_ACTIVE);
        user.commit();
    }

    @Test
    void what_cannot_commit_any_more_is_told_before_anything_is_stored_in_it() {
        assertThatThrownBy(() -> transactions.inTransaction(Duration.ZERO, () -> {
                    transactions.requireCommittable();
                    user.setRollbackOnly();
                    transactions.requireCommittable();
                    return calls.add("stored");
                }))
                .isInstanceOf(PgmbException.class)
                .hasMessageStartingWith("PGMB-0452");
        assertThat(calls).isEmpty();
    }

    @Test
    void a_connection_that_the_timeout_has_taken_away_is_no_excuse() {
        assertThatThrownBy(() -> transactions.inTransaction(Duration.ofSeconds(1), () -> {
                    Thread.sleep(2500);
                    throw new SQLException("Transaction is not active");
                }))
                .isInstanceOf(PgmbException.class)
                .hasMessageStartingWith("PGMB-0452")
                .hasNoCause()
                .hasSuppressedException(new SQLException("Transaction is not active"));
    }

    @Test
    void what_a_handler_says_itself_after_its_timeout_is_kept() {
        var own = new IllegalArgumentException("own");
        assertThatThrownBy(() -> transactions.inTransaction(Duration.ofSeconds(1), () -> {
                    Thread.sleep(2500);
                    throw own;
                }))
                .isSameAs(own);
    }

    @Test
    void work_that_ends_the_transaction_itself_is_a_failure() {
        assertThatThrownBy(() -> transactions.inTransaction(Duration.ZERO, () -> {
                    user.commit();
                    return "result";
                }))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void threads_that_the_container_does_not_know_have_no_transaction() {
        new JtaTransactions().afterCommit(action);
        assertThat(calls).containsExactly("action");
    }
}
