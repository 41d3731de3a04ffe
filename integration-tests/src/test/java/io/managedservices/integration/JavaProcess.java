// SPDX-License-Identifier: Apache-2.0
package io.managedservices.integration;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs a class in a process of its own. Stateless.
 */
final class JavaProcess {

	private JavaProcess() {
	}

	/**
	 * The class path of the tests.
	 * @return directories and archives
	 */
	static List<String> classPath() {
		Stream<String> own = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator));
		// Some launchers have the tests in a loader of their own.
		return (JavaProcess.class.getClassLoader() instanceof URLClassLoader loader)
				? Stream.concat(Arrays.stream(loader.getURLs()).map(URL::getPath), own).toList() : own.toList();
	}

	static String path(List<String> classPath) {
		return String.join(File.pathSeparator, classPath);
	}

	/**
	 * Starts a class. Its input ends with this process at the latest.
	 * @param main the class
	 * @param classPath where it is
	 * @param options of the JVM
	 * @param output the file of the lines that it writes
	 * @param args its arguments
	 * @return the process
	 */
	static Process start(Class<?> main, List<String> classPath, List<String> options, Path output, String... args)
			throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
						"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", path(classPath)));
		command.addAll(options);
		command.add(main.getName());
		command.addAll(List.of(args));
		return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
	}

	/**
	 * Runs a class and waits until it ends without an error.
	 * @param main the class
	 * @param classPath where it is
	 * @param options of the JVM
	 * @param args its arguments
	 * @return the lines that it writes
	 */
	static List<String> run(Class<?> main, List<String> classPath, List<String> options, String... args)
			throws IOException, InterruptedException {
		Path output = Files.createTempFile("process", ".log");
		Process process = start(main, classPath, options, output, args);
		try {
			boolean ended = process.waitFor(2, TimeUnit.MINUTES);
			List<String> lines = Files.readAllLines(output);
			assertThat(ended && process.exitValue() == 0).as(() -> String.join("\n", lines)).isTrue();
			return lines;
		}
		finally {
			process.destroyForcibly().waitFor();
			Files.delete(output);
		}
	}

}
