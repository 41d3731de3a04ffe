// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.springframework.util.FileSystemUtils;

/**
 * A MariaDB that may die without notice, and is started again with the same port and
 * data. Its time zone is that of New York. Used by one thread.
 */
final class MariaDbServer implements AutoCloseable {

	static final String USER = "items";

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private final Path directory;

	private final int port;

	private @Nullable Process process;

	private MariaDbServer(Path directory, int port) {
		this.directory = directory;
		this.port = port;
		// Should the tests be ended before they can close it.
		Runtime.getRuntime().addShutdownHook(new Thread(this::close));
	}

	/**
	 * Creates a server that does not run, or skips the test where there is none
	 * installed.
	 * @return the server
	 */
	static MariaDbServer install() throws IOException, InterruptedException {
		Assumptions.assumeTrue(find("mariadbd") != null && find("mariadb-install-db") != null,
				"No MariaDB: install it (apt-get install mariadb-server) to have this tested, too");
		MariaDbServer server = new MariaDbServer(Files.createTempDirectory("mariadb"), freePort());
		Process installer = server.run("mariadb-install-db", "--auth-root-authentication-method=normal",
				"--skip-test-db");
		if (installer.waitFor() != 0) {
			throw new IllegalStateException(Files.readString(server.log("mariadb-install-db")));
		}
		return server;
	}

	private static @Nullable Path find(String program) {
		return Stream.concat(Stream.of(System.getenv("PATH").split(":")), Stream.of("/usr/sbin"))
			.map((place) -> Path.of(place, program))
			.filter(Files::isExecutable)
			.findFirst()
			.orElse(null);
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	private Process run(String program, String... options) throws IOException {
		List<String> command = new ArrayList<>(List.of(String.valueOf(find(program)), "--no-defaults",
				"--datadir=" + this.directory.resolve("data"), "--user=" + System.getProperty("user.name")));
		command.addAll(List.of(options));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(log(program).toFile());
		builder.environment().put("TZ", "America/New_York");
		return builder.start();
	}

	private Path log(String program) {
		return this.directory.resolve(program + ".log");
	}

	int port() {
		return this.port;
	}

	/**
	 * Starts the server, and waits until it listens.
	 */
	void start() throws IOException {
		Path init = Files.writeString(this.directory.resolve("init.sql"),
				"create user if not exists '%1$s'@'%%' identified by '%1$s';\ngrant all on *.* to '%1$s'@'%%';\n"
					.formatted(USER));
		Process started = run("mariadbd", "--port=" + this.port, "--bind-address=127.0.0.1", "--skip-name-resolve",
				"--socket=" + this.directory.resolve("socket"), "--init-file=" + init, "--innodb-buffer-pool-size=32M",
				"--innodb-flush-log-at-trx-commit=1", "--max-connections=300");
		this.process = started;
		Awaitility.await().atMost(PATIENCE).until(() -> {
			String log = Files.readString(log("mariadbd"));
			if (!started.isAlive()) {
				throw new IllegalStateException(log);
			}
			return log.contains("ready for connections");
		});
	}

	/**
	 * Ends it as {@code kill -9} does.
	 */
	void kill() {
		Process running = this.process;
		if (running != null) {
			running.destroyForcibly().onExit().join();
		}
	}

	@Override
	public void close() {
		kill();
		FileSystemUtils.deleteRecursively(this.directory.toFile());
	}

}
