// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for what an application that does not start reports.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailureAnalysisIntegrationTests {

	@Test
	void runWhenGraphHasOneProblemReportsIt(CapturedOutput output) {
		assertThat(analysis(output, MissingDependency.class)).containsExactly("Description:", "",
				"Service 'pollBook' depends on 'databse' (dependsOn of @ManagedService on class MissingDependency), and there is no service of that name.",
				"", "Action:", "",
				"Annotate the bean 'databse' with @ManagedService, or correct the name. Did you mean 'database'?");
	}

	@Test
	void runWhenGraphHasSeveralProblemsReportsAll(CapturedOutput output) {
		assertThat(analysis(output, Cycle.class, "managed-services.services.pollBok.required=false",
				"managed-services.startup.timeout=-1s", "managed-services.shutdown.timeout=30s",
				"managed-services.services.notifier.retry.multiplier=0.5"))
			.containsExactly("Description:", "", "The services of the application have 5 problems:", "",
					"1. managed-services.startup.timeout is invalid: expected a duration above 0 and up to 36500d, found PT-1S.",
					"2. managed-services.shutdown.timeout is PT30S, and Spring destroys the beans after PT30S, whether they have stopped or not: expected less than spring.lifecycle.timeout-per-shutdown-phase.",
					"3. managed-services.services.pollBok (\"managed-services.services.pollBok.required\" from property source \"defaultProperties\") configures service 'pollBok', and there is no service of that name.",
					"4. Service 'notifier' has an invalid retry.multiplier: expected a number of at least 1, found 0.5.",
					"5. The dependencies of these services form a cycle:", "   ", "   ┌─────┐",
					"   |  notifier comes after pollBook: after of @ManagedService on class Notifier", "   ↑     ↓",
					"   |  pollBook needs notifier: injected into bean 'pollBook'", "   └─────┘", "", "Action:", "",
					"Each by its number:", "", "1. Correct managed-services.startup.timeout.",
					"2. Lower managed-services.shutdown.timeout, remove it, or raise spring.lifecycle.timeout-per-shutdown-phase.",
					"3. Correct or remove managed-services.services.pollBok. Did you mean 'pollBook'?",
					"4. Correct managed-services.services.notifier.retry.multiplier.",
					"5. Remove one of these edges. One that comes from injection is dropped by @ManagedService(excludeDependencies = \"…\"); calling the other service when it is needed, through ObjectProvider or ManagedServices, does not make an edge.");
	}

	@Test
	void runWhenServiceFailsReportsRootCauseAndChain(CapturedOutput output) {
		assertThat(analysis(output, Failing.class, "managed-services.defaults.retry.max-retries=1",
				"managed-services.defaults.retry.delay=1ms"))
			.containsExactly("Description:", "", "Service 'database' failed to start after 2 of 2 attempts:", "",
					"    java.lang.IllegalStateException: no connection",
					"    caused by java.net.ConnectException: Connection refused", "",
					"Required services that wait for it:", "", "    pollBook → database",
					"    polls → pollBook → database", "", "Action:", "",
					"Remove the cause of the failure of 'database'. If it only needs more time, set managed-services.services.database.retry.max-retries above 1. If the application can do without it and what waits for it, set managed-services.services.database.required and managed-services.services.pollBook.required and managed-services.services.polls.required to 'false'.",
					"",
					"Set managed-services.startup.on-failure to 'continue' if the application is to start anyway, and not to be ready until they run.");
	}

	@Test
	void runWhenOptionalServiceKeepsRequiredOneFromRunningReportsIt(CapturedOutput output) {
		assertThat(analysis(output, Failing.class, "managed-services.services.database.required=false",
				"managed-services.services.pollBook.required=false", "managed-services.defaults.retry.max-retries=0"))
			.containsSequence("Required services that wait for it:", "", "    polls → pollBook → database", "",
					"Action:")
			.contains(
					"Remove the cause of the failure of 'database'. If it only needs more time, set managed-services.services.database.retry.max-retries above 0. If the application can do without it and what waits for it, set managed-services.services.polls.required to 'false'.");
	}

	@Test
	void runWhenRequiredServiceNeedsDisabledOneReportsIt(CapturedOutput output) {
		assertThat(analysis(output, Failing.class, "managed-services.services.database.activation=disabled"))
			.containsExactly("Description:", "", "Service 'database' is DISABLED.", "",
					"Required services that wait for it:", "", "    pollBook → database",
					"    polls → pollBook → database", "", "Action:", "",
					"Set managed-services.services.database.activation to 'enabled'. If the application can do without it and what waits for it, set managed-services.services.pollBook.required and managed-services.services.polls.required to 'false'.",
					"",
					"Set managed-services.startup.on-failure to 'continue' if the application is to start anyway, and not to be ready until they run.");
	}

	@Test
	void runWhenStartTimesOutReportsWhoIsNotThere(CapturedOutput output) {
		assertThat(analysis(output, Hanging.class, "managed-services.startup.timeout=200ms")).containsExactly(
				"Description:", "",
				"Not all required services run after PT0.2S: 'hanging' (STARTING), 'waiting' (WAITING). managed-services.startup.timeout sets how long the start may take.",
				"", "Service 'hanging' is still starting, with attempt 1 of 4 (loading polls).", "",
				"Required services that wait for it:", "", "    waiting → hanging", "", "Action:", "",
				"Raise managed-services.startup.timeout if the services only need more time.", "",
				"Find out what the start of 'hanging' waits for. managed-services.services.hanging.start-timeout limits one attempt. If the application can do without it and what waits for it, set managed-services.services.hanging.required and managed-services.services.waiting.required to 'false'.",
				"",
				"Set managed-services.startup.on-failure to 'continue' if the application is to start anyway, and not to be ready until they run.");
	}

	@Test
	void runWhenEachAttemptTimesOutNamesTheTimeout(CapturedOutput output) {
		assertThat(analysis(output, Hanging.class, "managed-services.services.hanging.start-timeout=50ms",
				"managed-services.services.hanging.retry.max-retries=0"))
			.contains(
					"Remove the cause of the failure of 'hanging'. If it only needs more time, raise managed-services.services.hanging.start-timeout. If the application can do without it and what waits for it, set managed-services.services.hanging.required and managed-services.services.waiting.required to 'false'.");
	}

	@Test
	void runWhenPrepareFailsReportsIt(CapturedOutput output) {
		assertThat(analysis(output, Unprepared.class)).containsSequence("Service 'unprepared' failed to prepare:", "",
				"    java.lang.IllegalArgumentException: no address", "", "Action:", "",
				"Remove the cause of the failure of 'unprepared'. A prepare is not tried again. If the application can do without it, set managed-services.services.unprepared.required to 'false'.");
	}

	@Test
	void runWhenPropertiesCannotBeReadReportsAll(CapturedOutput output) {
		assertThat(analysis(output, Hanging.class, "managed-services.defaults.start-timeout=soon",
				"managed-services.startup.mood=await"))
			.contains("The services of the application have 2 problems:", "Each by its number:")
			.anyMatch((line) -> line.contains(
					"managed-services.defaults.start-timeout (\"managed-services.defaults.start-timeout\" from property source \"defaultProperties\") is invalid: expected a duration such as 500ms, 10s or 2m, found 'soon'."))
			.anyMatch((line) -> line.contains(
					"managed-services.startup.mood (\"managed-services.startup.mood\" from property source \"defaultProperties\") does not exist: below managed-services.startup there are mode, timeout, on-failure, progress."))
			.anyMatch((line) -> line.endsWith("Correct managed-services.defaults.start-timeout."))
			.anyMatch((line) -> line.endsWith(
					"Correct or remove managed-services.startup.mood. Did you mean 'managed-services.startup.mode'?"));
	}

	private static List<String> analysis(CapturedOutput output, Class<?> source, String... properties) {
		assertThatException()
			.isThrownBy(() -> new SpringApplicationBuilder(Application.class, source).web(WebApplicationType.NONE)
				.properties(properties)
				.run());
		String text = output.getOut();
		String marker = "APPLICATION FAILED TO START\n***************************\n\n";
		assertThat(text).containsOnlyOnce(marker);
		return text.substring(text.indexOf(marker) + marker.length()).strip().lines().toList();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ LifecycleAutoConfiguration.class, ManagedServicesAutoConfiguration.class })
	static class Application {

	}

	@ManagedService(name = "pollBook", dependsOn = "databse")
	static class MissingDependency {

		@Bean
		ServiceRegistration database() {
			return new ServiceRegistration("database", new ServiceLifecycle() {
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Notifier.class, PollBook.class })
	static class Cycle {

	}

	@Component("notifier")
	@ManagedService(after = "pollBook")
	static class Notifier {

	}

	@Component("pollBook")
	@ManagedService
	static class PollBook {

		PollBook(@Lazy PollBook self, Notifier notifier) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Failing {

		@Bean
		ServiceRegistration database() {
			return new ServiceRegistration("database", new ServiceLifecycle() {

				@Override
				public void start(ServiceContext context) {
					throw new IllegalStateException("no connection",
							new java.net.ConnectException("Connection refused"));
				}

			});
		}

		@Bean
		ServiceRegistration pollBook() {
			return new ServiceRegistration("pollBook", new ServiceLifecycle() {
			}).dependsOn("database");
		}

		@Bean
		ServiceRegistration polls() {
			return new ServiceRegistration("polls", new ServiceLifecycle() {
			}).dependsOn("pollBook");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Hanging {

		@Bean
		ServiceRegistration hanging() {
			return new ServiceRegistration("hanging", new ServiceLifecycle() {

				@Override
				public void start(ServiceContext context) throws Exception {
					context.status("loading polls");
					context.stopping().toCompletableFuture().get();
				}

			});
		}

		@Bean
		ServiceRegistration waiting() {
			return new ServiceRegistration("waiting", new ServiceLifecycle() {
			}).dependsOn("hanging");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Unprepared {

		@Bean
		ServiceRegistration unprepared() {
			return new ServiceRegistration("unprepared", new ServiceLifecycle() {

				@Override
				public void prepare(ServiceContext context) {
					throw new IllegalArgumentException("no address");
				}

			});
		}

	}

}
