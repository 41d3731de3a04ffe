// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * The file with the database of an application that does not run any more. Stateless.
 */
final class PollsFile {

	private PollsFile() {
	}

	static Path in(Path directory) {
		return directory.resolve("polls.mv.db");
	}

	/**
	 * Finds polls in a copy of the file, so that the application is the first to open
	 * what its end has left.
	 * @param directory of the application
	 * @param condition of the polls, in SQL
	 * @return their keys
	 */
	static Set<Long> ids(Path directory, String condition) throws IOException {
		Path copy = Files.createTempDirectory(directory, "copy").resolve("polls");
		Files.copy(in(directory), Path.of(copy + ".mv.db"));
		SingleConnectionDataSource dataSource = new SingleConnectionDataSource(
				"jdbc:h2:file:" + copy + ";IFEXISTS=TRUE", "sa", "", true);
		try {
			return JdbcClient.create(dataSource).sql("select id from poll where " + condition).query(Long.class).set();
		}
		finally {
			dataSource.destroy();
		}
	}

}
