// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * One of several instances of the packaged application, with connections of its own to
 * the database: a process, and after a kill another one. Used by one thread at a time.
 */
final class ClusterInstance implements AutoCloseable {

	private static final Pattern CLOSING = Pattern.compile("Started service 'pollClosing'");

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private final String name;

	private final Path directory;

	private final Map<String, String> environment;

	private final List<Path> libraries;

	private final String[] arguments;

	private final TcpProxy proxy;

	private int processes;

	private @Nullable PollsProcess process;

	ClusterInstance(String name, Path directory, int postgres, List<String> settings) throws IOException {
		this(name, directory, postgres, Map.of(), List.of(), settings);
	}

	ClusterInstance(String name, Path directory, int postgres, Map<String, String> environment, List<Path> libraries,
			List<String> settings) throws IOException {
		this.name = name;
		this.environment = environment;
		this.libraries = libraries;
		this.directory = directory;
		this.proxy = new TcpProxy(postgres);
		this.arguments = Stream.concat(
				Stream.of("--spring.profiles.active=cluster", "--polls.instance=" + name,
						"--spring.datasource.url=jdbc:postgresql://localhost:" + this.proxy.port() + "/postgres",
						"--spring.datasource.username=postgres", "--spring.datasource.password=postgres"),
				settings.stream())
			.toArray(String[]::new);
	}

	String name() {
		return this.name;
	}

	TcpProxy proxy() {
		return this.proxy;
	}

	void start() throws IOException {
		this.processes++;
		this.process = PollsProcess.start(
				Files.createDirectory(this.directory.resolve(this.name + "-" + this.processes)), this.environment,
				this.libraries, this.arguments);
	}

	void awaitRunning() {
		running().awaitLog(CLOSING);
	}

	int port() {
		return running().awaitPort();
	}

	/**
	 * What all its processes have logged.
	 * @return the text
	 */
	String logs() throws IOException {
		StringBuilder logs = new StringBuilder();
		for (int number = 1; number <= this.processes; number++) {
			logs.append(Files.readString(this.directory.resolve(this.name + "-" + number).resolve("polls.log")));
		}
		return logs.toString();
	}

	/**
	 * Whether all its required services run.
	 */
	boolean isReady() {
		return new HttpProbe(port(), "/actuator/health/readiness").ask().status() == 200;
	}

	void terminate() throws InterruptedException {
		running().terminate(PATIENCE);
	}

	void kill() {
		running().kill();
	}

	void signal(String signal) throws IOException, InterruptedException {
		running().signal(signal);
	}

	void begin(Disturbance.Kind kind) throws IOException, InterruptedException {
		switch (kind) {
			case KILL -> {
				kill();
				start();
			}
			case STOP, LONG_STOP -> signal("STOP");
			case STALL -> this.proxy.hold();
		}
	}

	void end(Disturbance.Kind kind) throws IOException, InterruptedException {
		switch (kind) {
			case KILL -> {
				// The new process is on its own.
			}
			case STOP, LONG_STOP -> signal("CONT");
			case STALL -> this.proxy.forward();
		}
	}

	private PollsProcess running() {
		if (this.process == null) {
			throw new IllegalStateException("Instance '%s' was not started".formatted(this.name));
		}
		return this.process;
	}

	@Override
	public void close() throws IOException {
		try (this.proxy) {
			if (this.process != null) {
				this.process.close();
			}
		}
	}

}
