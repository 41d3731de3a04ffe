// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@link DbSchedulerItemEngine} makes of a database that rolls back for the sake of
 * others.
 */
@ExtendWith(OutputCaptureExtension.class)
class DbSchedulerConflictTests {

	@Test
	void itemsWhenEachFourthStatementIsRolledBackAreDoneQuietly(CapturedOutput output) {
		DataSource database = TestPostgres.database();
		JdbcTemplate jdbc = PollTables.polls(database);
		for (int id = 1; id <= 60; id++) {
			PollTables.poll(jdbc, id, Instant.now());
		}
		Contended contended = new Contended(database);
		ItemInstance<Long, Polls> instance = new ItemInstance<>(contended, new Polls(database),
				DbSchedulerItemEngineTests.SETTINGS);
		try {
			contended.begun = true;
			instance.begin();
			Awaitility.await()
				.atMost(Duration.ofMinutes(4))
				.until(() -> PollTables.audited(jdbc) == 60 && PollTables.rows(jdbc, "item:polls") == 0);
			assertThat(instance.items().snapshot().conflicts()).isPositive();
			assertThat(instance.context.failed()).isEmpty();
			assertThat(contended.rolledBack.get()).isGreaterThan(60);
			assertThat(output.getAll().lines().filter((line) -> line.contains("ERROR") || line.contains("WARN")))
				.isEmpty();
		}
		finally {
			instance.stop();
		}
	}

	/**
	 * Rolls back each fourth statement about the table of items.
	 */
	private static final class Contended extends DelegatingDataSource {

		private final AtomicInteger statements = new AtomicInteger();

		private final AtomicInteger rolledBack = new AtomicInteger();

		private volatile boolean begun;

		Contended(DataSource target) {
			super(target);
		}

		@Override
		public Connection getConnection() throws SQLException {
			Connection target = super.getConnection();
			return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
					(proxy, method, args) -> {
						Object result = invoke(target, method, args);
						return (method.getName().equals("prepareStatement") && isContended((String) args[0]))
								? contended((PreparedStatement) result) : result;
					});
		}

		// What db-scheduler by itself takes for dead it only reads, and logs it if that
		// fails.
		private static boolean isContended(String sql) {
			return sql.toLowerCase(Locale.ROOT).contains("managed_service_items") && !sql.contains("1 = 0")
					&& !sql.contains("order by last_heartbeat");
		}

		private Object contended(PreparedStatement target) {
			return Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { PreparedStatement.class },
					(proxy, method, args) -> {
						if (this.begun && method.getName().startsWith("execute")
								&& this.statements.incrementAndGet() % 4 == 0) {
							this.rolledBack.incrementAndGet();
							throw new SQLTransactionRollbackException("planted", "40001");
						}
						return invoke(target, method, args);
					});
		}

		private static @Nullable Object invoke(Object target, Method method, Object @Nullable [] args)
				throws Throwable {
			try {
				return method.invoke(target, args);
			}
			catch (InvocationTargetException ex) {
				throw ex.getCause();
			}
		}

	}

}
