// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A PostgreSQL for tests, which ends with the JVM.
 */
public final class TestPostgres {

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private static final AtomicInteger databases = new AtomicInteger();

	private static final EmbeddedPostgres server = start();

	private TestPostgres() {
	}

	private static EmbeddedPostgres start() {
		try {
			return EmbeddedPostgres.builder()
				.setServerConfig("unix_socket_directories", "")
				.setPGStartupWait(PATIENCE)
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Creates an empty database.
	 * @return connects to it anew each time
	 */
	public static PGSimpleDataSource database() {
		String name = "items" + databases.incrementAndGet();
		new JdbcTemplate(server.getPostgresDatabase()).execute("create database " + name);
		PGSimpleDataSource database = (PGSimpleDataSource) server.getDatabase("postgres", name);
		try {
			database.getConnection().close();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		return database;
	}

}
