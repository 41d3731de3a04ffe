// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.configure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;

import io.managedservices.ManagedService;
import io.managedservices.Retry;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.event.OnServiceEvent;
import io.managedservices.internal.discovery.ServiceDiscovery;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.InvalidServiceGraphException;
import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for numbers in annotations and registrations: what they mean, and where one that
 * is wrong stands.
 */
class AnnotatedSettingsIntegrationTests {

	@Test
	void discoverWhenRetriesAreMinusOneHasNoLimit() {
		ServiceGraph graph = discover(DiscoverySettings.DEFAULTS, Endless.class, Registered.class);
		assertThat(retry(graph, "endless").maxRetries()).isEqualTo(RetrySettings.UNLIMITED);
		assertThat(retry(graph, "registered").maxRetries()).isEqualTo(RetrySettings.UNLIMITED);
		assertThat(retry(graph, "endless").totalAttempts()).isEqualTo(Integer.MAX_VALUE);
	}

	@Test
	void discoverWhenNothingIsSetTakesDefaults() {
		RetrySettings configured = new RetrySettings(9, Duration.ofMillis(5), 3, Duration.ofSeconds(7), Duration.ZERO,
				List.of());
		ServiceGraph graph = discover(
				new DiscoverySettings(ServiceSettings.DEFAULTS.withRetry(configured), Map.of(), List.of()),
				Unset.class);
		assertThat(retry(graph, "unset")).isEqualTo(configured);
	}

	@Test
	void discoverWhenNumberOfAnnotationIsWrongNamesWhereItStands() {
		assertThat(problems(Map.of(), Wrong.class)).containsExactly(
				"Service 'wrong' has an invalid event-buffer: expected 1 or more, found -1. / Correct eventBuffer (@ManagedService on class Wrong), or set managed-services.services.wrong.event-buffer.",
				"Service 'wrong' has an invalid retry.max-retries: expected 0 or more, or -1 for no limit, found -7. / Correct maxRetries of @Retry (@ManagedService on class Wrong), or set managed-services.services.wrong.retry.max-retries.",
				"Service 'wrong' has an invalid retry.multiplier: expected a number of at least 1, found 0.0. / Correct multiplier of @Retry (@ManagedService on class Wrong), or set managed-services.services.wrong.retry.multiplier.");
	}

	@Test
	void discoverWhenPropertyIsWrongNamesPropertyEvenIfAnnotationHasIt() {
		SettingsOverlay configured = new SettingsOverlay(
				Map.of("retry.max-retries", -2, "retry.multiplier", 1.0, "event-buffer", 5));
		assertThat(problems(Map.of("wrong", configured), Wrong.class)).containsExactly(
				"Service 'wrong' has an invalid retry.max-retries: expected 0 or more, or -1 for no limit, found -2. / Correct managed-services.services.wrong.retry.max-retries.");
	}

	@Test
	void discoverWhenNameNeedsBracketsShowsThem() {
		assertThat(problems(Map.of(), Dotted.class)).containsExactly(
				"Service 'my.service' has an invalid retry.max-retries: expected 0 or more, or -1 for no limit, found -7. / Correct maxRetries of @Retry (@ManagedService on class Dotted), or set managed-services.services[my.service].retry.max-retries.");
	}

	@Test
	void discoverWhenBufferOfHookIsMinusOneRefusesIt() {
		assertThat(problems(Map.of(), Hooked.class)).singleElement()
			.asString()
			.startsWith("Service 'hooked' has an invalid buffer of @OnServiceEvent: expected 1 or more, found -1");
	}

	private static RetrySettings retry(ServiceGraph graph, String service) {
		return graph.definition(graph.indexOf(service)).settings().retry();
	}

	private static ServiceGraph discover(DiscoverySettings settings, Class<?>... components) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(components)) {
			return new ServiceDiscovery(context.getBeanFactory(), settings).discover();
		}
	}

	private static List<String> problems(Map<String, SettingsOverlay> configured, Class<?>... components) {
		InvalidServiceGraphException failure = catchThrowableOfType(InvalidServiceGraphException.class,
				() -> discover(new DiscoverySettings(ServiceSettings.DEFAULTS, configured, List.of()), components));
		assertThat(failure).isNotNull();
		return failure.getProblems().stream().map(AnnotatedSettingsIntegrationTests::describe).toList();
	}

	private static String describe(GraphProblem problem) {
		return problem.description() + " / " + problem.action();
	}

	@ManagedService(name = "endless", retry = @Retry(maxRetries = -1))
	static class Endless {

	}

	static class Registered {

		@Bean
		ServiceRegistration registered() {
			return new ServiceRegistration("registered", new ServiceLifecycle() {
			}).retry((retry) -> retry.maxRetries(-1));
		}

	}

	@ManagedService(name = "unset", retry = @Retry)
	static class Unset {

	}

	@ManagedService(name = "wrong", eventBuffer = -1, retry = @Retry(maxRetries = -7, multiplier = 0))
	static class Wrong {

	}

	@ManagedService(name = "my.service", retry = @Retry(maxRetries = -7))
	static class Dotted {

	}

	@ManagedService(name = "hooked")
	static class Hooked {

		@OnServiceEvent(buffer = -1)
		void on(String event) {
		}

	}

}
