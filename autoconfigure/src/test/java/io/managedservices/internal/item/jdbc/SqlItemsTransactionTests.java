// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;

import javax.sql.DataSource;

import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.managedservices.item.Outcome;
import io.managedservices.item.jdbc.ItemSql;
import io.managedservices.item.jdbc.SqlItems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link SqlItems}: whose transaction its UPDATE is part of.
 */
class SqlItemsTransactionTests {

	private final DataSource database = database();

	private final JdbcTemplate jdbc = PollTables.polls(this.database);

	private static DataSource database() {
		JdbcDataSource database = new JdbcDataSource();
		database.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
		return database;
	}

	@Test
	void processWithinATransactionIsRolledBackWithIt() {
		processAndFail(new JdbcTransactionManager(this.database), this.database);
	}

	@Test
	void processWithinATransactionOfAnotherKindIsRolledBackWithIt() {
		processAndFail(new Foreign(this.database), this.database);
	}

	@Test
	void processOverAProxyWithinATransactionOfAnotherKindIsRolledBackWithIt() {
		processAndFail(new Foreign(this.database), new TransactionAwareDataSourceProxy(this.database));
	}

	private void processAndFail(PlatformTransactionManager transactions, DataSource dataSource) {
		PollTables.poll(this.jdbc, 1, Instant.now());
		Polls polls = new Polls(dataSource);
		assertThatIllegalStateException().isThrownBy(() -> new TransactionTemplate(transactions).execute((status) -> {
			assertThat(process(polls)).isEqualTo(Outcome.DONE);
			throw new IllegalStateException("no mail");
		}));
		assertThat(PollTables.closed(this.jdbc)).isZero();
		new TransactionTemplate(transactions).execute((status) -> process(polls));
		assertThat(PollTables.closed(this.jdbc)).isOne();
		assertThat(PollTables.audited(this.jdbc)).isOne();
	}

	@Test
	void processWithinATransactionOfAnotherDatabaseHasOneOfItsOwn() {
		PollTables.poll(this.jdbc, 1, Instant.now());
		CountingDataSource pool = new CountingDataSource(this.database);
		pool.autoCommit(false);
		SqlItemsTests.Polls polls = new SqlItemsTests.Polls(pool,
				new ItemSql("update poll set closed = true where id = :id", "select id, closes_at from poll",
						"select closes_at from poll where id = :id"));
		new TransactionTemplate(new Foreign(database())).execute((status) -> {
			Outcome outcome = process(polls);
			status.setRollbackOnly();
			return outcome;
		});
		assertThat(PollTables.closed(this.jdbc)).isOne();
	}

	private static Outcome process(SqlItems<Long> items) {
		try {
			return items.process(1L);
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

	/**
	 * Binds its connection as the transaction manager of JPA does: others see that there
	 * is one, but not that there is a transaction.
	 */
	private static final class Foreign extends AbstractPlatformTransactionManager {

		private final transient DataSource dataSource;

		Foreign(DataSource dataSource) {
			this.dataSource = dataSource;
		}

		@Override
		protected Object doGetTransaction() {
			return new Object();
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
			try {
				Connection connection = this.dataSource.getConnection();
				connection.setAutoCommit(false);
				TransactionSynchronizationManager.bindResource(this.dataSource, new ConnectionHolder(connection));
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

		private Connection connection() {
			return DataSourceUtils.getConnection(this.dataSource);
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			try {
				connection().commit();
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
			try {
				connection().rollback();
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		protected void doCleanupAfterCompletion(Object transaction) {
			ConnectionHolder holder = (ConnectionHolder) TransactionSynchronizationManager
				.unbindResource(this.dataSource);
			DataSourceUtils.releaseConnection(holder.getConnection(), null);
		}

	}

}
