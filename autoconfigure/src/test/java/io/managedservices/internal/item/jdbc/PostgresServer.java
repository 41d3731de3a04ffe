// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * A PostgreSQL that may die without notice, and is started again with the same port and
 * data. Used by one thread.
 */
final class PostgresServer implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private final Path directory;

	private final int port;

	private @Nullable EmbeddedPostgres server;

	PostgresServer() throws IOException {
		this.directory = Files.createTempDirectory("postgres");
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			this.port = socket.getLocalPort();
		}
	}

	int port() {
		return this.port;
	}

	void start() throws IOException {
		this.server = EmbeddedPostgres.builder()
			.setDataDirectory(this.directory.resolve("data"))
			.setCleanDataDirectory(false)
			.setPort(this.port)
			.setServerConfig("unix_socket_directories", "")
			.setServerConfig("fsync", "on")
			.setServerConfig("synchronous_commit", "on")
			.setPGStartupWait(PATIENCE)
			.start();
	}

	/**
	 * Ends it and all processes that it has started, as {@code kill -9} does.
	 */
	void kill() throws IOException {
		Path pidFile = this.directory.resolve("data").resolve("postmaster.pid");
		ProcessHandle running = ProcessHandle.of(Long.parseLong(Files.readAllLines(pidFile).get(0))).orElseThrow();
		List<ProcessHandle> processes = Stream.concat(Stream.of(running), running.descendants()).toList();
		processes.forEach(ProcessHandle::destroyForcibly);
		// Where nobody has reaped it yet, the next server takes this one to be alive.
		Files.delete(pidFile);
		stop();
	}

	// Also gives back the lock of its directory.
	private void stop() throws IOException {
		if (this.server != null) {
			this.server.close();
			this.server = null;
		}
	}

	@Override
	public void close() throws IOException {
		stop();
		FileSystemUtils.deleteRecursively(this.directory);
	}

}
