// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A MariaDB for all tests of this package, which ends with the JVM. The tests that need
 * it are skipped where it is not installed.
 */
final class TestMariaDb {

	private static final AtomicInteger databases = new AtomicInteger();

	private static @Nullable MariaDbServer server;

	private TestMariaDb() {
	}

	private static synchronized MariaDbServer server() {
		MariaDbServer started = server;
		if (started == null) {
			started = start();
			server = started;
		}
		return started;
	}

	private static MariaDbServer start() {
		try {
			MariaDbServer installed = MariaDbServer.install();
			installed.start();
			return installed;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Creates an empty database.
	 * @return its name
	 */
	static String database() {
		String name = "items" + databases.incrementAndGet();
		new JdbcTemplate(Driver.MARIADB.connect("mysql", "")).execute("create database " + name);
		return name;
	}

	/**
	 * A driver for it.
	 */
	enum Driver {

		MARIADB, MYSQL;

		/**
		 * Connects to a database.
		 * @param database its name
		 * @param options of the driver, as in its address
		 * @return connects anew each time
		 */
		DataSource connect(String database, String options) {
			return new DriverManagerDataSource("jdbc:%s://127.0.0.1:%d/%s?%s".formatted(name().toLowerCase(Locale.ROOT),
					server().port(), database, options), MariaDbServer.USER, MariaDbServer.USER);
		}

	}

}
