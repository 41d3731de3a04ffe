// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.sql.DatabaseMetaData;

import javax.sql.DataSource;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.init.DatabasePopulatorUtils;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;
import org.springframework.transaction.annotation.Transactional;

import io.managedservices.ManagedService;
import io.managedservices.Retry;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;

/**
 * Runs while the database has the tables of the application and can be written: the
 * service {@code database}. It depends on {@code connection}, which is no bean: a gate in
 * {@code application.yml} that runs while the database accepts connections. Safe for use
 * by several threads.
 */
@ManagedService(dependsOn = "connection", retry = @Retry(delay = "250ms", multiplier = 1.5, maxDelay = "2s"))
class Database implements ServiceLifecycle {

	private static final long LOCK = 7_085_511;

	private final DataSource dataSource;

	private final JdbcClient client;

	Database(DataSource dataSource, JdbcClient client) {
		this.dataSource = dataSource;
		this.client = client;
	}

	/**
	 * Connects, and creates and fills the tables that do not exist yet: done here and not
	 * while the context is created, since the database may come later.
	 */
	@Override
	@Transactional
	public void start(ServiceContext context) throws MetaDataAccessException {
		context.status("creating the tables");
		createTables();
		checkHealth();
	}

	@Transactional
	void createTables() throws MetaDataAccessException {
		lock();
		DatabasePopulatorUtils.execute(new ResourceDatabasePopulator(new ClassPathResource("polls/schema.sql"),
				new ClassPathResource("polls/seed.sql")), this.dataSource);
	}

	// On PostgreSQL other instances may start at the same time, and two that create a
	// table fail there, in spite of "if not exists". Until the end of the transaction.
	private void lock() throws MetaDataAccessException {
		if (JdbcUtils.extractDatabaseMetaData(this.dataSource, DatabaseMetaData::getDatabaseProductName)
			.equals("PostgreSQL")) {
			this.client.sql("select pg_advisory_xact_lock(?)").param(LOCK).query().listOfRows();
		}
	}

	// A database whose disk is full still answers queries.
	@Override
	public void checkHealth() {
		int rows = this.client.sql("update database_check set checked_at = current_timestamp").update();
		if (rows != 1) {
			throw new IllegalStateException("Expected one row in table 'database_check', found %d".formatted(rows));
		}
	}

	JdbcClient client() {
		return this.client;
	}

}
