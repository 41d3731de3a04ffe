// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

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
 * An application as a process of its own, which prints what happens. Used by one thread.
 */
public final class ApplicationProcess implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private final Process process;

	private final Path output;

	private ApplicationProcess(Process process, Path output) {
		this.process = process;
		this.output = output;
	}

	/**
	 * Starts an application.
	 * @param main its main class
	 * @param arguments of its main method
	 * @return the process
	 */
	static ApplicationProcess start(Class<?> main, String... arguments) throws IOException {
		return start(List.of(), "1m", main, arguments);
	}

	/**
	 * Starts an application that soon has no address space left for further threads.
	 * @param kilobytes its address space
	 * @param main its main class
	 * @param arguments of its main method
	 * @return the process
	 */
	static ApplicationProcess startLimited(int kilobytes, Class<?> main, String... arguments) throws IOException {
		return start(List.of("bash", "-c", "ulimit -v %d && exec \"$@\"".formatted(kilobytes), "bash"), "256m", main,
				arguments);
	}

	private static ApplicationProcess start(List<String> launcher, String stack, Class<?> main, String... arguments)
			throws IOException {
		Path output = Files.createTempFile("application", ".log");
		List<String> command = new ArrayList<>(launcher);
		command.addAll(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", "-Xmx128m", "-Xss" + stack, "-cp", classPath(), main.getName()));
		command.addAll(List.of(arguments));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
		// Should the tests be ended before they can close it.
		Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
		return new ApplicationProcess(process, output);
	}

	/**
	 * The class path of the tests. Some launchers have their classes in a loader of their
	 * own.
	 * @return the path
	 */
	public static String classPath() {
		String classPath = System.getProperty("java.class.path");
		if (ApplicationProcess.class.getClassLoader() instanceof URLClassLoader loader) {
			return Arrays.stream(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(File.pathSeparator))
					+ File.pathSeparator + classPath;
		}
		return classPath;
	}

	/**
	 * Writes something to its standard input.
	 */
	void write() throws IOException {
		this.process.getOutputStream().write('\n');
		this.process.getOutputStream().flush();
	}

	void awaitOutput(String text) {
		Awaitility.await(text).atMost(PATIENCE).until(() -> {
			assertThat(this.process.isAlive() || output().contains(text)).as("Expected '%s':\n%s", text, output())
				.isTrue();
			return output().contains(text);
		});
	}

	void awaitEntry(String entry) {
		Awaitility.await(entry).atMost(PATIENCE).until(() -> {
			assertThat(this.process.isAlive() || entries().contains(entry)).as("Expected '%s':\n%s", entry, output())
				.isTrue();
			return entries().contains(entry);
		});
	}

	/**
	 * Sends SIGTERM.
	 */
	void terminate() {
		this.process.destroy();
	}

	/**
	 * Waits until the process has ended.
	 * @param limit how long it may take
	 * @return its exit code
	 */
	int awaitEnd(Duration limit) throws InterruptedException {
		assertThat(this.process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS))
			.as("Expected the process to end within %s:\n%s", limit, output())
			.isTrue();
		return this.process.exitValue();
	}

	/**
	 * What it has printed of itself.
	 * @return the lines that tell what happened
	 */
	List<String> entries() {
		return output().lines().filter((line) -> line.startsWith("> ")).map((line) -> line.substring(2)).toList();
	}

	String output() {
		try {
			return Files.readString(this.output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() throws IOException {
		this.process.destroyForcibly().onExit().join();
		Files.delete(this.output);
	}

}
