// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.text.FailureText;

/**
 * Whether there is the table of items, and how it is made. Safe for use by several
 * threads.
 */
public final class ItemTableSchema {

	private static final Log logger = LineLog.of(ItemTableSchema.class);

	/** The name of the table, unless configured otherwise. */
	public static final String DEFAULT_TABLE = "managed_service_items";

	/** Where users find them, too. */
	private static final String SCRIPTS = "io/managedservices/item/jdbc/";

	private static final int ATTEMPTS = 5;

	/**
	 * An embedded H2 shows a table before it has its key, and an index before its table
	 * has it. All its users are in this process, so that they can take turns.
	 */
	private static final Lock CREATION = new ReentrantLock();

	private final DataSource dataSource;

	private final String table;

	/**
	 * Create a schema.
	 * @param dataSource of the database
	 * @param table the name of the table
	 */
	public ItemTableSchema(DataSource dataSource, String table) {
		this.dataSource = dataSource;
		this.table = table;
	}

	/**
	 * Creates the table and its indexes unless they are there.
	 * @throws IllegalStateException if we do not know how to on this database
	 */
	public void create() {
		ItemDatabase database = ItemDatabase.of(this.dataSource);
		if (database == null) {
			throw new IllegalStateException(
					"The table of items '%s' cannot be created on %s: expected PostgreSQL, H2, MySQL or MariaDB. Create it yourself"
						.formatted(this.table, product()));
		}
		ResourceDatabasePopulator populator = new ResourceDatabasePopulator(
				new ByteArrayResource(ddl(database.script()).getBytes(StandardCharsets.UTF_8)));
		if (database == ItemDatabase.H2) {
			createInTurn(populator);
		}
		else {
			create(populator);
		}
	}

	private void createInTurn(ResourceDatabasePopulator populator) {
		CREATION.lock();
		try {
			create(populator);
		}
		finally {
			CREATION.unlock();
		}
	}

	private void create(ResourceDatabasePopulator populator) {
		for (int attempt = 1; !create(populator, attempt == ATTEMPTS); attempt++) {
			logger.debug("The table of items '%s' is created by another instance, too".formatted(this.table));
		}
	}

	// Another instance may do it at the same time. The script ends at what fails, so what
	// follows there has to be tried again.
	private boolean create(ResourceDatabasePopulator populator, boolean last) {
		try {
			populator.execute(this.dataSource);
			return true;
		}
		catch (DataAccessException ex) {
			if (last) {
				if (!exists()) {
					throw ex;
				}
				logger.warn(
						"The table of items '%s' may be incomplete. Create what is missing yourself, and set managed-services.items.db-scheduler.create-table to 'false'"
							.formatted(this.table),
						ex);
			}
			return last;
		}
	}

	/**
	 * Checks that the table can be read.
	 * @throws IllegalStateException if not
	 */
	public void verify() {
		try {
			probe();
		}
		catch (BadSqlGrammarException ex) {
			throw new IllegalStateException(
					"The table of items '%s' cannot be read. Create it with io/managedservices/item/jdbc/<database>.sql, or set managed-services.items.db-scheduler.create-table to 'true'"
						.formatted(this.table),
					ex);
		}
		catch (DataAccessException ex) {
			throw new IllegalStateException(
					"The table of items '%s' cannot be read: %s".formatted(this.table, FailureText.of(ex)), ex);
		}
	}

	private boolean exists() {
		try {
			probe();
			return true;
		}
		catch (DataAccessException ex) {
			return false;
		}
	}

	private void probe() {
		new JdbcTemplate(this.dataSource).queryForObject("select count(*) from " + this.table + " where 1 = 0",
				Integer.class);
	}

	private String product() {
		String product = new JdbcTemplate(this.dataSource)
			.execute((ConnectionCallback<String>) (connection) -> product(connection));
		return (product != null) ? product : "";
	}

	private static String product(Connection connection) throws SQLException {
		DatabaseMetaData metaData = connection.getMetaData();
		return metaData.getDatabaseProductName();
	}

	// An index is in the schema of its table; its name has none.
	private String ddl(String script) {
		String unqualified = this.table.substring(this.table.lastIndexOf('.') + 1);
		try {
			return new ClassPathResource(SCRIPTS + script).getContentAsString(StandardCharsets.UTF_8)
				.replace(DEFAULT_TABLE + "_", unqualified + "_")
				.replaceAll("\\b" + DEFAULT_TABLE + "\\b", this.table);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
