// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process of its own that has an engine and prints what happens. Used by one thread.
 */
final class EngineProcess implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private final Process process;

	private final Path log;

	private EngineProcess(Process process, Path log) {
		this.process = process;
		this.log = log;
	}

	/**
	 * Starts a process.
	 * @param directory for its log
	 * @param limit a command of the shell that limits it, such as {@code true}
	 * @param main the class that it runs
	 * @param options of the JVM
	 * @return the process
	 */
	static EngineProcess start(Path directory, String limit, Class<?> main, String... options) throws IOException {
		Path log = directory.resolve("log");
		List<String> command = new ArrayList<>(List.of("sh", "-c", limit + "; exec \"$@\"", "sh",
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
				"-XX:+UseSerialGC", "-Xmx64m", "-cp", classPath()));
		command.addAll(List.of(options));
		command.add(main.getName());
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
		return new EngineProcess(process, log);
	}

	// Some launchers have the classes of the tests in a loader of their own.
	private static String classPath() {
		String classPath = System.getProperty("java.class.path");
		if (EngineProcess.class.getClassLoader() instanceof URLClassLoader loader) {
			return Arrays.stream(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(File.pathSeparator));
		}
		return classPath;
	}

	List<String> log() {
		try {
			return Files.readAllLines(this.log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	long count(String entry) {
		return log().stream().filter(("> " + entry)::equals).count();
	}

	void awaitCount(String entry, long count) {
		Awaitility.await().atMost(PATIENCE).until(() -> {
			assertThat(this.process.isAlive() || count(entry) >= count).as("%s", log()).isTrue();
			return count(entry) >= count;
		});
	}

	private void signal(String name) throws IOException, InterruptedException {
		Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(this.process.pid())).inheritIO().start();
		assertThat(kill.waitFor()).isZero();
	}

	/**
	 * Stops it, as a debugger or a suspended machine would, and lets it go on.
	 * @param seconds after which time
	 */
	void standStill(int seconds) throws IOException, InterruptedException {
		signal("STOP");
		assertThat(this.process.waitFor(seconds, TimeUnit.SECONDS)).isFalse();
		signal("CONT");
	}

	/**
	 * Sends SIGTERM.
	 */
	void terminate() {
		this.process.destroy();
	}

	void awaitEnd() throws InterruptedException {
		assertThat(this.process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("%s", log()).isTrue();
	}

	@Override
	public void close() {
		this.process.destroyForcibly().onExit().join();
	}

}
