// SPDX-License-Identifier: Apache-2.0
package io.managedservices.integration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Measures how long an application takes to start and to end, with the starter and
 * without. Run by its name only: {@code docs/benchmarks.md} has the command.
 */
class BootTime {

	private static final List<String> PLAIN = BootApplication.classPath(false);

	private static final List<String> WITH_STARTER = new Archives().of(BootApplication.classPath(true));

	private static final int RUNS = Integer.getInteger("boot.runs", 9);

	@Test
	@Timeout(3600)
	void measure() throws Exception {
		Map<Kind, List<Long>> times = new EnumMap<>(Kind.class);
		for (Kind kind : Kind.values()) {
			kind.run();
			times.put(kind, new ArrayList<>());
		}
		for (int run = 0; run < RUNS; run++) {
			for (Kind kind : Kind.values()) {
				times.get(kind).add(kind.run());
			}
		}
		long plain = median(times.get(Kind.WITHOUT_STARTER));
		StringBuilder table = new StringBuilder("%nmedian of %d runs, in turns%n".formatted(RUNS));
		times.forEach((kind, each) -> table
			.append("%-22s %5d ms  %.3f%n".formatted(kind, median(each) / 1_000_000, (double) median(each) / plain)));
		System.out.println(table);
		assertThat(times.values()).allSatisfy((each) -> assertThat(each).hasSize(RUNS));
	}

	private static long median(List<Long> times) {
		return times.stream().sorted().skip(times.size() / 2).findFirst().orElseThrow();
	}

	/**
	 * Makes archives of directories, as users have them: in a directory every class of
	 * the application would be looked for.
	 */
	private static final class Archives {

		private final List<String> archives = new ArrayList<>();

		private List<String> of(List<String> classPath) {
			List<String> all = new ArrayList<>();
			for (String entry : classPath) {
				boolean ours = entry.contains("/autoconfigure/") && Files.isDirectory(Path.of(entry));
				(ours ? this.archives : all).add(ours ? archive(Path.of(entry)) : entry);
			}
			all.addAll(this.archives);
			return all;
		}

		private static String archive(Path directory) {
			try {
				Path archive = Files.createTempFile("starter", ".jar");
				archive.toFile().deleteOnExit();
				try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(archive));
						Stream<Path> files = Files.walk(directory)) {
					for (Path file : files.filter(Files::isRegularFile).toList()) {
						jar.putNextEntry(new JarEntry(directory.relativize(file).toString()));
						Files.copy(file, jar);
					}
				}
				return archive.toString();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

	private enum Kind {

		WITHOUT_STARTER(false), WITHOUT_SERVICES(true),
		TEN_LIFECYCLES(false, "io.managedservices.integration.IdleLifecycle"),
		TEN_SERVICES(true, "io.managedservices.integration.IdleService");

		private final boolean starter;

		private final String[] args;

		Kind(boolean starter, String... args) {
			this.starter = starter;
			this.args = args;
		}

		private long run() throws Exception {
			List<String> classPath = this.starter ? WITH_STARTER : PLAIN;
			long begin = System.nanoTime();
			List<String> lines = JavaProcess.run(BootApplication.class, classPath, List.of(), this.args);
			long end = System.nanoTime();
			assertThat(lines).contains("started true");
			return end - begin;
		}

	}

}
