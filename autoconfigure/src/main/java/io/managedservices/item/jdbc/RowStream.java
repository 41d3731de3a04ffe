// SPDX-License-Identifier: Apache-2.0
package io.managedservices.item.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcUtils;

/**
 * Opens queries whose rows are read while they come, some at a time. Each has a
 * connection of its own, with a transaction of its own, since PostgreSQL loads all rows
 * of a query outside one. Safe for use by several threads.
 */
final class RowStream {

	private static final int FETCH_SIZE = 500;

	private final DataSource dataSource;

	RowStream(DataSource dataSource) {
		this.dataSource = dataSource;
	}

	/**
	 * Opens a query.
	 * @param <T> what a row becomes
	 * @param query the query
	 * @param mapper makes that of a row
	 * @return the rows; to be closed
	 * @throws SQLException if there is no connection
	 */
	<T> Stream<T> open(Function<JdbcClient, StatementSpec> query, RowMapper<T> mapper) throws SQLException {
		Connection connection = this.dataSource.getConnection();
		boolean opened = false;
		boolean autoCommit = true;
		try {
			autoCommit = connection.getAutoCommit();
			if (autoCommit) {
				connection.setAutoCommit(false);
			}
			JdbcClient client = JdbcClient.create(new SingleConnectionDataSource(connection, true));
			boolean restored = autoCommit;
			Stream<T> rows = query.apply(client)
				.withFetchSize(fetchSize(connection))
				.query(mapper)
				.stream()
				.onClose(() -> giveBack(connection, restored));
			opened = true;
			return rows;
		}
		finally {
			if (!opened) {
				giveBack(connection, autoCommit);
			}
		}
	}

	// The driver of MySQL knows two ways only: all rows at once, or one by one.
	private static int fetchSize(Connection connection) throws SQLException {
		String product = connection.getMetaData().getDatabaseProductName();
		return "MySQL".equals(product) ? Integer.MIN_VALUE : FETCH_SIZE;
	}

	private static void giveBack(Connection connection, boolean autoCommit) {
		try {
			connection.rollback();
			if (autoCommit) {
				connection.setAutoCommit(true);
			}
		}
		catch (SQLException ex) {
			// One that is broken is found out by whoever has lent it.
		}
		finally {
			JdbcUtils.closeConnection(connection);
		}
	}

}
