// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.sql;

import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.springframework.dao.TransientDataAccessException;

import io.managedservices.internal.line.LineLog;

/**
 * Repeats what the database has rolled back since others were at the same rows: a
 * deadlock, a lock that was waited for too long, or a snapshot that was out of date. Few
 * times, with short random waits in between that grow. Safe for use by several threads.
 */
public final class StatementRetry {

	private static final Log logger = LineLog.of(StatementRetry.class);

	private static final int ATTEMPTS = 6;

	/** After that it does not begin another attempt. */
	private static final long PATIENCE = Duration.ofSeconds(5).toNanos();

	private static final long FIRST_WAIT = Duration.ofMillis(5).toNanos();

	/**
	 * Of MySQL and MariaDB, which have no state for them: a record has changed since it
	 * was read, a lock was waited for too long, a deadlock.
	 */
	private static final Set<Integer> CONFLICTS = Set.of(1020, 1205, 1213);

	private final Runnable counter;

	/**
	 * Create a retry.
	 * @param counter is called each time
	 */
	public StatementRetry(Runnable counter) {
		this.counter = counter;
	}

	/**
	 * Executes statements that are a transaction of their own.
	 * @param statements the statements
	 */
	public void run(Runnable statements) {
		call(() -> {
			statements.run();
			return true;
		});
	}

	/**
	 * Executes statements that are a transaction of their own.
	 * @param <T> what they result in
	 * @param statements the statements
	 * @return the result
	 */
	public <T> T call(Supplier<T> statements) {
		long begin = System.nanoTime();
		for (int attempt = 1;; attempt++) {
			try {
				return statements.get();
			}
			catch (RuntimeException ex) {
				if (attempt == ATTEMPTS || !isTransient(ex) || System.nanoTime() - begin > PATIENCE) {
					throw ex;
				}
				this.counter.run();
				logger.debug("The table of items was changed by others meanwhile, attempt %d of %d".formatted(attempt,
						ATTEMPTS), ex);
				LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(FIRST_WAIT << attempt));
			}
		}
	}

	/**
	 * Whether the database has rolled back for a reason that may be gone at once.
	 * @param failure what was thrown
	 * @return whether
	 */
	static boolean isTransient(RuntimeException failure) {
		return failure instanceof TransientDataAccessException
				|| (failure.getCause() instanceof SQLException cause && isConflict(cause));
	}

	private static boolean isConflict(SQLException cause) {
		String state = String.valueOf(cause.getSQLState());
		return cause instanceof SQLTransactionRollbackException || state.startsWith("40")
				|| (state.equals("HY000") && CONFLICTS.contains(cause.getErrorCode()));
	}

}
