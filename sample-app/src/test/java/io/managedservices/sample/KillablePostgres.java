// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL that dies without notice, and is started again with the same port and
 * data. What was committed is kept. Used by one thread.
 */
final class KillablePostgres implements CampaignStore, AutoCloseable {

	private static final Duration PATIENCE = Duration.ofMinutes(3);

	private final Path data;

	private final int port;

	private @Nullable EmbeddedPostgres server;

	/**
	 * Create a server that does not run.
	 * @param data its directory, empty or that of an earlier run
	 * @param port where it listens
	 */
	KillablePostgres(Path data, int port) {
		this.data = data;
		this.port = port;
	}

	@Override
	public List<String> settings(String instance) {
		return List.of();
	}

	@Override
	public List<Path> libraries() {
		return List.of();
	}

	@Override
	public TcpProxy proxy(ClusterInstance instance) {
		return instance.proxy();
	}

	@Override
	public void start() throws IOException {
		this.server = EmbeddedPostgres.builder()
			.setDataDirectory(this.data)
			.setCleanDataDirectory(false)
			.setPort(this.port)
			.setServerConfig("unix_socket_directories", "")
			.setServerConfig("fsync", "on")
			.setServerConfig("synchronous_commit", "on")
			.setPGStartupWait(PATIENCE)
			.start();
	}

	/**
	 * Ends the server and all processes that it has started, as {@code kill -9} does.
	 */
	@Override
	public void kill() throws IOException {
		Path pidFile = this.data.resolve("postmaster.pid");
		ProcessHandle server = ProcessHandle.of(Long.parseLong(Files.readAllLines(pidFile).get(0))).orElseThrow();
		List<ProcessHandle> processes = Stream.concat(Stream.of(server), server.descendants()).toList();
		processes.forEach(ProcessHandle::destroyForcibly);
		// Where nobody has reaped it yet, the next server takes this one to be alive. For
		// the same reason there is no socket file, which has a lock of its own.
		Files.delete(pidFile);
		close();
	}

	@Override
	public boolean isFenced() {
		return true;
	}

	@Override
	public boolean isDurable() {
		return true;
	}

	@Override
	public void close() throws IOException {
		if (this.server != null) {
			this.server.close();
			this.server = null;
		}
	}

}
