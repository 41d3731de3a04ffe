// SPDX-License-Identifier: Apache-2.0
package io.managedservices.integration;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.SpringApplicationAotProcessor;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.aot.AbstractAotProcessor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that is processed ahead of time, as by the goal {@code process-aot},
 * compiled, and run with what was generated.
 */
class AheadOfTimeIntegrationTests {

	@TempDir
	Path directory;

	@ParameterizedTest
	@EnumSource
	void applicationWhenProcessedAheadOfTimeRuns(WebApplicationType webType) throws Exception {
		String[] args = { "--spring.main.web-application-type=" + webType, "--server.port=0",
				"--spring.main.banner-mode=off", "--logging.level.root=warn",
				"--spring.reactor.netty.shutdown-quiet-period=0s", "--management.endpoints.web.exposure.include=*" };
		Path sources = this.directory.resolve("sources");
		Path classes = this.directory.resolve("classes");
		new SpringApplicationAotProcessor(AheadOfTimeApplication.class,
				AbstractAotProcessor.Settings.builder()
					.sourceOutput(sources)
					.resourceOutput(classes)
					.classOutput(classes)
					.groupId("io.managedservices")
					.artifactId("integration-tests")
					.build(),
				args)
			.process();
		compile(sources, classes);
		assertThat(JavaProcess.run(AheadOfTimeApplication.class, withClasses(classes),
				List.of("-Dspring.aot.enabled=true"), args))
			.contains("Services: connection RUNNING, feed RUNNING, lazy RUNNING, registered RUNNING, reminders RUNNING",
					"News: from the feed");
	}

	private static void compile(Path sources, Path classes) throws IOException {
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		StringWriter output = new StringWriter();
		try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
				Stream<Path> paths = Files.walk(sources)) {
			List<Path> generated = paths.filter((path) -> path.toString().endsWith(".java")).toList();
			assertThat(generated).anyMatch((path) -> path.toString().contains("AheadOfTimeApplication"));
			boolean compiled = compiler
				.getTask(output, files, null,
						List.of("-proc:none", "-nowarn", "-d", classes.toString(), "-cp",
								JavaProcess.path(withClasses(classes))),
						null, files.getJavaFileObjectsFromPaths(generated))
				.call();
			assertThat(compiled).as(output::toString).isTrue();
		}
	}

	private static List<String> withClasses(Path classes) {
		return Stream.concat(Stream.of(classes.toString()), JavaProcess.classPath().stream()).toList();
	}

}
