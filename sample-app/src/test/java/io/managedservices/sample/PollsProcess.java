// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The packaged application as a process of its own, with its log. Used by one thread.
 */
final class PollsProcess implements AutoCloseable {

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	private static final Duration PATIENCE = Duration.ofMinutes(3);

	private final Process process;

	private final Path log;

	private PollsProcess(Process process, Path log) {
		this.process = process;
		this.log = log;
	}

	static PollsProcess start(Path directory, String... arguments) throws IOException {
		return start(directory, Map.of(), List.of(), arguments);
	}

	/**
	 * Starts a process.
	 * @param directory where it runs
	 * @param environment in addition to that of this process
	 * @param libraries jars that the packaged application lacks
	 * @param arguments of the application
	 * @return the process
	 */
	static PollsProcess start(Path directory, Map<String, String> environment, List<Path> libraries,
			String... arguments) throws IOException {
		Path log = directory.resolve("polls.log");
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1"));
		command.addAll(launcher(libraries));
		command.add("--server.port=0");
		command.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile());
		builder.environment().putAll(environment);
		Process process = builder.start();
		// Should the tests be ended before they can close it.
		Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
		return new PollsProcess(process, log);
	}

	private static List<String> launcher(List<Path> libraries) {
		String jar = System.getProperty("polls.jar");
		if (libraries.isEmpty()) {
			return List.of("-jar", jar);
		}
		String path = libraries.stream().map(Path::toString).collect(Collectors.joining(","));
		return List.of("-Dloader.path=" + path, "-cp", jar,
				"org.springframework.boot.loader.launch.PropertiesLauncher");
	}

	int awaitPort() {
		return Integer.parseInt(awaitLog(PORT).group(1));
	}

	Matcher awaitLog(Pattern pattern) {
		return Awaitility.await(pattern.pattern()).atMost(PATIENCE).until(() -> {
			Matcher matcher = pattern.matcher(log());
			boolean found = matcher.find();
			assertThat(found || this.process.isAlive()).as("Expected '%s' in the log:\n%s", pattern, log()).isTrue();
			return (found) ? matcher : null;
		}, (matcher) -> matcher != null);
	}

	String log() {
		try {
			return Files.readString(this.log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Sends SIGTERM.
	 * @param timeout how long the process may take to end
	 * @return its exit code
	 */
	int terminate(Duration timeout) throws InterruptedException {
		this.process.destroy();
		assertThat(this.process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS))
			.as("Expected the process to end within %s:\n%s", timeout, log())
			.isTrue();
		return this.process.exitValue();
	}

	/**
	 * Sends a signal that does not end the process, which has to be alive.
	 * @param name of the signal, such as {@code STOP}
	 */
	void signal(String name) throws IOException, InterruptedException {
		assertThat(this.process.isAlive()).as("Expected a process, found that it has ended:\n%s", log()).isTrue();
		Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(this.process.pid())).inheritIO().start();
		assertThat(kill.waitFor()).isZero();
	}

	/**
	 * Limits how long its files may get, whatever the disk has room for.
	 * @param bytes how long, or {@link Long#MAX_VALUE} for no limit
	 */
	void limitFiles(long bytes) throws IOException, InterruptedException {
		String soft = (bytes < Long.MAX_VALUE) ? Long.toString(bytes) : "unlimited";
		Process limit = new ProcessBuilder("prlimit", "--pid", Long.toString(this.process.pid()),
				"--fsize=" + soft + ":unlimited")
			.inheritIO()
			.start();
		assertThat(limit.waitFor()).isZero();
	}

	/**
	 * Waits until the process has ended by itself.
	 * @return its exit code
	 */
	int awaitEnd() throws InterruptedException {
		assertThat(this.process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
			.as("Expected the process to end:\n%s", log())
			.isTrue();
		return this.process.exitValue();
	}

	/**
	 * Ends the process as {@code kill -9} does, and waits until it has ended.
	 */
	void kill() {
		this.process.destroyForcibly().onExit().join();
	}

	@Override
	public void close() {
		kill();
	}

}
