// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.sql;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.UncategorizedSQLException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link StatementRetry}.
 */
class StatementRetryTests {

	private final AtomicInteger counted = new AtomicInteger();

	private final AtomicInteger calls = new AtomicInteger();

	private final StatementRetry retry = new StatementRetry(this.counted::incrementAndGet);

	private String failing(int times, RuntimeException failure) {
		return this.retry.call(() -> {
			if (this.calls.incrementAndGet() <= times) {
				throw failure;
			}
			return "done";
		});
	}

	static Stream<RuntimeException> conflicts() {
		return Stream.of(new CannotAcquireLockException("40001"), new QueryTimeoutException("lock"),
				new UncategorizedSQLException("update", null,
						new SQLException("Record has changed since last read in table", "HY000", 1020)),
				new UncategorizedSQLException("update", null,
						new BatchUpdateException("Lock wait timeout", "HY000", 1205, new int[0])),
				new IllegalStateException(new SQLException("Deadlock", "HY000", 1213)),
				new IllegalStateException(new SQLTransactionRollbackException("Deadlock")),
				new IllegalStateException(new SQLException("Deadlock", "40P01")));
	}

	@ParameterizedTest
	@MethodSource("conflicts")
	void callWhenOthersWereAtTheSameRowsIsRepeatedAndCounted(RuntimeException conflict) {
		assertThat(failing(3, conflict)).isEqualTo("done");
		assertThat(this.counted).hasValue(3);
	}

	@ParameterizedTest
	@MethodSource("conflicts")
	void callWhenThatLastsFails(RuntimeException conflict) {
		assertThatThrownBy(() -> failing(100, conflict)).isSameAs(conflict);
		assertThat(this.calls).hasValue(6);
		assertThat(this.counted).hasValue(5);
	}

	static Stream<RuntimeException> failures() {
		return Stream.of(new DuplicateKeyException("key"), new DataIntegrityViolationException("value"),
				new CannotGetJdbcConnectionException("pool", new java.sql.SQLTransientConnectionException("none")),
				new UncategorizedSQLException("update", null, new SQLException("ORA-01020", "72000", 1020)),
				new IllegalStateException("planted"));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void callWhenItFailsOtherwiseIsNotRepeated(RuntimeException failure) {
		assertThatThrownBy(() -> failing(1, failure)).isSameAs(failure);
		assertThat(this.calls).hasValue(1);
		assertThat(this.counted).hasValue(0);
	}

	@Test
	void callWhenInterruptedKeepsTheInterrupt() {
		Thread.currentThread().interrupt();
		assertThat(failing(2, new CannotAcquireLockException("40001"))).isEqualTo("done");
		assertThat(Thread.interrupted()).isTrue();
	}

}
