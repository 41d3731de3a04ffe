// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for applications that are checked without being started, or ended by their
 * services, as processes.
 */
@Timeout(300)
class CheckedApplicationIntegrationTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			text    | database
			mermaid | flowchart TD
			dot     | digraph "managed-services" {
			json    | {"services":[{"name":"database","required":true,"activation":"ENABLED","dependencies":[]}""")
	void printPrintsTheGraphAloneAndStartsNothing(String format, String first) throws Exception {
		try (ApplicationProcess process = start("--managed-services.print=" + format)) {
			assertThat(process.awaitEnd(LIMIT)).as(process.output()).isZero();
			assertThat(process.output()).startsWith(first).contains("search").doesNotContain(" WARN ", " INFO ");
			assertThat(process.entries()).as(process.output()).containsExactly("close pool");
		}
	}

	@Test
	void printWhenGraphIsWrongEndsWithTheAnalysis() throws Exception {
		try (ApplicationProcess process = start("--managed-services.print=text",
				"--managed-services.services.databse.required=false")) {
			assertThat(process.awaitEnd(LIMIT)).as(process.output()).isEqualTo(1);
			assertThat(process.output()).contains("APPLICATION FAILED TO START", "databse");
		}
	}

	@Test
	void printWithoutServicesPrintsAnEmptyGraphAndEnds() throws Exception {
		try (ApplicationProcess process = ApplicationProcess.start(Empty.class, "--managed-services.print=json")) {
			assertThat(process.awaitEnd(LIMIT)).as(process.output()).isZero();
			assertThat(process.output()).isEqualTo("{\"services\":[]}\n");
		}
	}

	@Test
	void printThatIsBlankIsNone() throws Exception {
		try (ApplicationProcess process = ApplicationProcess.start(Empty.class, "--managed-services.print=")) {
			process.awaitEntry("run");
			assertThat(process.output()).contains(" INFO ", ":: Spring Boot ::");
		}
	}

	@ParameterizedTest
	@CsvSource({ "managed-services.print, text", "managed-services.startup.mode, prepare" })
	void checkWhenServicesAreSwitchedOffIsRefused(String property, String value) throws Exception {
		try (ApplicationProcess process = ApplicationProcess.start(Empty.class, "--%s=%s".formatted(property, value),
				"--managed-services.enabled=false")) {
			assertThat(process.awaitEnd(LIMIT)).as(process.output()).isOne();
			assertThat(process.output())
				.contains("%s is '%s', and managed services are switched off: managed-services.enabled is false."
					.formatted(property, value));
			assertThat(process.entries()).isEmpty();
		}
	}

	@Test
	void prepareModeWithoutServicesRunsRunnersAndEnds() throws Exception {
		try (ApplicationProcess process = ApplicationProcess.start(Empty.class,
				"--managed-services.startup.mode=prepare")) {
			assertThat(process.awaitEnd(LIMIT)).as(process.output()).isZero();
			assertThat(process.entries()).as(process.output()).containsExactly("run");
		}
	}

	@Test
	void prepareModePreparesAllAndRunsRunnersAndEnds() throws Exception {
		try (ApplicationProcess process = start("--managed-services.startup.mode=prepare")) {
			assertThat(process.awaitEnd(LIMIT)).as(process.output()).isZero();
			assertThat(process.entries()).as(process.output())
				.containsExactly("prepare database", "prepare search", "started", "run", "close pool");
		}
	}

	@Test
	void prepareModeWhenPrepareFailsEndsWithTheAnalysis() throws Exception {
		try (ApplicationProcess process = start("--managed-services.startup.mode=prepare", "--prepare-code=9")) {
			assertThat(process.awaitEnd(LIMIT)).as(process.output()).isEqualTo(9);
			assertThat(process.output()).contains("APPLICATION FAILED TO START", "The end, with 9");
			assertThat(process.entries()).doesNotContain("run");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "await", "background", "prepare" })
	void prepareWhenItThrowsCodeZeroEndsTheApplicationCleanly(String mode) throws Exception {
		try (ApplicationProcess process = start("--prepare-code=0", "--managed-services.startup.mode=" + mode)) {
			assertThat(process.awaitEnd(LIMIT)).as(process.output()).isZero();
			// In the background the application goes on to its runners meanwhile.
			assertThat(process.entries()).as(process.output())
				.filteredOn((entry) -> !mode.equals("background") || !entry.equals("started") && !entry.equals("run"))
				.startsWith("prepare database")
				.endsWith("close pool")
				.doesNotContain("start database", "started", "run");
			assertThat(process.output()).contains("ends the application with exit code 0")
				.doesNotContain("APPLICATION FAILED TO START", "ERROR", "Exception in thread");
		}
	}

	@ParameterizedTest
	@CsvSource({ "start-exit, 3, await", "start-exit, 0, await", "start-exit, 3, background",
			"start-exit, 0, background", "task-exit, 3, background", "task-exit, 0, background" })
	void exitWhenServiceAsksClosesInOrderWithItsCode(String place, int code, String mode) throws Exception {
		try (ApplicationProcess process = start("--%s=%d".formatted(place, code),
				"--managed-services.startup.mode=" + mode)) {
			assertThat(process.awaitEnd(LIMIT)).as(process.output()).isEqualTo(code);
			assertThat(process.entries()).as(process.output())
				.containsSubsequence("prepare database", "prepare search", "start database", "stop database",
						"close pool");
			assertThat(process.output()).contains("ends the application with exit code " + code)
				.doesNotContain("APPLICATION FAILED TO START", "ERROR", "Exception in thread");
		}
	}

	private static ApplicationProcess start(String... arguments) throws IOException {
		return ApplicationProcess.start(CheckedApplication.class, arguments);
	}

	/**
	 * An application without services, which does not end by itself.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ ManagedServicesAutoConfiguration.class, LifecycleAutoConfiguration.class })
	public static class Empty {

		public static void main(String[] args) {
			SpringApplication application = new SpringApplication(Empty.class);
			application.setWebApplicationType(WebApplicationType.NONE);
			application.run(args);
		}

		@Bean
		ApplicationRunner runner() {
			return (args) -> {
				EndingApplication.tell("run");
				new Thread(() -> new CompletableFuture<Void>().join()).start();
			};
		}

	}

}
