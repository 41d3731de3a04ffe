// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.managedservices.Restart;
import io.managedservices.ServiceLifecycle;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;
import io.managedservices.state.ServiceDescriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link ServiceGraph}.
 */
class ServiceGraphTests {

	private static final int MANY = 100_000;

	@Test
	void ofWhenValidSortsDependenciesFirst() {
		ServiceGraph graph = ServiceGraph.of(List.of(service("c", "b"), service("b", "a", ">d"), service("a"),
				service("d"), service("e", ">absent")));
		assertThat(names(graph)).containsExactly("a", "d", "e", "b", "c");
		assertThat(graph.dependencies().count(graph.indexOf("c"))).isOne();
		assertThat(graph.dependencies().target(graph.indexOf("c"), 0)).isEqualTo(graph.indexOf("b"));
		assertThat(graph.dependents().target(graph.indexOf("a"), 0)).isEqualTo(graph.indexOf("b"));
		assertThat(graph.followers().target(graph.indexOf("d"), 0)).isEqualTo(graph.indexOf("b"));
		assertThat(graph.predecessors().count(graph.indexOf("e"))).isZero();
	}

	@Test
	void ofWhenDependencyIsMissingSuggestsNearestName() {
		assertThat(problems(service("database"), service("pollBook", "databse"))).containsExactly(new GraphProblem(
				"Service 'pollBook' depends on 'databse' (test), and there is no service of that name.",
				"Annotate the bean 'databse' with @ManagedService, or correct the name. Did you mean 'database'?"));
	}

	@Test
	void ofWhenNoNameIsNearSuggestsNone() {
		assertThat(problems(service("database"), service("pollBook", "x"))).extracting(GraphProblem::action)
			.containsExactly("Annotate the bean 'x' with @ManagedService, or correct the name.");
		assertThat(problems(service("a"), service("ab"), service("b", "x", "xy"))).extracting(GraphProblem::action)
			.containsExactly("Annotate the bean 'x' with @ManagedService, or correct the name.",
					"Annotate the bean 'xy' with @ManagedService, or correct the name.");
		assertThat(problems(service("db"), service("a"), service("c", "bd", "DB", "A", "d")).toString())
			.contains("'DB' with @ManagedService, or correct the name. Did you mean 'db'?")
			.contains("'A' with @ManagedService, or correct the name. Did you mean 'a'?")
			.contains("'d' with @ManagedService, or correct the name.]");
	}

	@Test
	void ofWhenNameOfDependencyIsNearTheServiceItselfDoesNotSuggestIt() {
		assertThat(problems(service("database", "databse"))).extracting(GraphProblem::action)
			.containsExactly("Annotate the bean 'databse' with @ManagedService, or correct the name.");
	}

	@Test
	void ofWhenNameOfDependencyIsBlankReportsIt() {
		assertThat(problems(service("a", "", "> "))).containsExactly(new GraphProblem(
				"Service 'a' names '' among its dependencies (test): expected the name of a service, with at least one visible character.",
				"Remove '' from the dependencies of service 'a', or correct the name."),
				new GraphProblem(
						"Service 'a' names ' ' among its dependencies (test): expected the name of a service, with at least one visible character.",
						"Remove ' ' from the dependencies of service 'a', or correct the name."));
	}

	@Test
	void ofWhenServiceDependsOnItselfReportsIt() {
		assertThat(problems(service("a", "a"))).containsExactly(
				new GraphProblem("Service 'a' depends on itself (test).", "Remove 'a' from what 'a' depends on."));
	}

	@Test
	void ofWhenDependencyIsNamedTwiceReportsIt() {
		assertThat(problems(service("a"), service("b", "a", ">a")))
			.containsExactly(new GraphProblem("Service 'b' names 'a' more than once among its dependencies (test).",
					"Name 'a' once, in dependsOn or in after of 'b'."));
	}

	@Test
	void ofWhenTwoServicesHaveOneNameReportsBothTypes() {
		assertThat(problems(service("a"), service("a"))).extracting(GraphProblem::description)
			.containsExactly("Two services have the name 'a': one of type '%s' and one of type '%s'."
				.formatted(Service.class.getName(), Service.class.getName()));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, quoteCharacter = '\'',
			value = { "' '|it is blank", "'\t'|it is blank", "'a '|white space", "' a'|white space",
					"'trail/'|nothing before, after or between slashes",
					"'/lead'|nothing before, after or between slashes", "'/'|nothing before, after or between slashes",
					"'a//b'|nothing before, after or between slashes",
					"'a/ /b'|nothing before, after or between slashes", "'.'|mean another path",
					"'a/../b'|mean another path", "'a/.'|mean another path", "'a\\b'|U+005C", "'a;b'|U+003B",
					"'a%b'|U+0025", "'a\001b'|U+0001", "'a\u2028b'|U+2028", "'a\u200Bb'|U+200B", "'a\u200Cb'|U+200C",
					"'\u06CC\u200D'|U+200D", "'\u202Eabc'|U+202E", "'\uFEFFa'|U+FEFF", "'a\u00ADb'|U+00AD",
					"'\u00A0'|no character that can be seen", "'\u2800\u3164'|no character that can be seen" })
	void ofWhenNameCannotBeAddressedRefusesIt(String name, String reason) {
		assertThat(problems(service(name))).singleElement()
			.satisfies((problem) -> assertThat(problem.description()).startsWith("The name '")
				.contains(Service.class.getName())
				.contains(reason));
	}

	@Test
	void ofWhenNameIsTooLongRefusesIt() {
		assertThat(problems(service("b".repeat(200)), service("a".repeat(201)))).singleElement()
			.satisfies((problem) -> assertThat(problem.description()).contains("'" + "a".repeat(200) + "…'",
					"it has 201 characters, expected up to 200"));
	}

	@Test
	void ofWhenNameStandsBelowAnotherRefusesIt() {
		assertThat(problems(service("a"), service("a/b"), service("ab"), service("a/b/c")))
			.extracting(GraphProblem::description)
			.satisfiesExactly((text) -> assertThat(text).contains("'a/b'", "below service 'a'"),
					(text) -> assertThat(text).contains("'a/b/c'", "below service 'a'"),
					(text) -> assertThat(text).contains("'a/b/c'", "below service 'a/b'"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645", "a/b", "my.service",
			"com.example.Feed#0", "größe", "a b", "...", "a?b", "feed[0]", "日本", "😀" })
	void ofWhenNameCanBeAddressedTakesIt(String name) {
		assertThat(ServiceGraph.of(List.of(service(name))).size()).isOne();
	}

	@Test
	void ofWhenCycleGoesOverBothKindsOfEdgeDrawsIt() {
		GraphProblem problem = problems(service("a", "c"), service("b", "a"), service("c", ">b"), service("d", "a"))
			.get(0);
		assertThat(problem.description().lines()).containsExactly("The dependencies of these services form a cycle:",
				"", "┌─────┐", "|  a needs c: test", "↑     ↓", "|  c comes after b: test", "↑     ↓",
				"|  b needs a: test", "└─────┘");
		assertThat(problem.action()).startsWith("Remove one of these edges.");
	}

	@Test
	void ofWhenThereAreTwoCyclesDrawsBothAndNoMore() {
		List<GraphProblem> problems = problems(service("a", "b"), service("b", "a", "c"), service("c", "d", "e"),
				service("d", "c", "e"), service("e"), service("f", "a"));
		assertThat(problems).extracting((problem) -> problem.description().lines().skip(3).findFirst().orElseThrow())
			.containsExactlyInAnyOrder("|  a needs b: test", "|  c needs d: test");
	}

	@Test
	void ofWhenMuchIsWrongReportsAllAtOnce() {
		assertThat(problems(service("a", "a", "x"), service("b", "c"), service("c", "b"), service("c"))).hasSize(4);
	}

	@Test
	void ofWhenRestartLimitCanNeverBeReachedTellsTheArithmetic() {
		RestartSettings restart = new RestartSettings(Restart.Policy.ON_FAILURE, 10, Duration.ofMinutes(5),
				new RestartSettings.Backoff(Duration.ofSeconds(1), 2, Duration.ofMinutes(1)), Restart.OnGiveUp.DEGRADE);
		ServiceSettings settings = ServiceSettings.DEFAULTS.withRestart(restart);
		assertThat(problems(new ServiceDefinition(new ServiceDescriptor("a", true, Activation.ENABLED, List.of()),
				new Service(), ServiceCallbacks.of(new Service()), settings)))
			.extracting(GraphProblem::description)
			.containsExactly("Service 'a' has an invalid restart.max-restarts: expected so few that their delays fit "
					+ "into restart.window, or the service is never given up, found 10 restarts, whose delays add up "
					+ "to PT5M3S, in a window of PT5M.");
	}

	@Test
	void ofWhenErrorBufferIsOutOfRangeTellsTheRange() {
		for (int size : new int[] { 0, 10_001 }) {
			ServiceSettings settings = ServiceSettings.DEFAULTS
				.withHealth(new ServiceSettings.Health(Duration.ofSeconds(15), Duration.ofSeconds(5), 0, size));
			assertThat(problems(new ServiceDefinition(new ServiceDescriptor("a", true, Activation.ENABLED, List.of()),
					new Service(), ServiceCallbacks.of(new Service()), settings)))
				.containsExactly(new GraphProblem(
						"Service 'a' has an invalid health.error-buffer: expected 1 to 10000, found %d."
							.formatted(size),
						"Correct managed-services.services.a.health.error-buffer or managed-services.defaults.health.error-buffer."));
		}
	}

	@Test
	void ofWhenEventBufferIsOutOfRangeTellsTheRange() {
		for (int size : new int[] { 0, -1 }) {
			assertThat(problems(new ServiceDefinition(new ServiceDescriptor("a", true, Activation.ENABLED, List.of()),
					new Service(), ServiceCallbacks.of(new Service()), ServiceSettings.DEFAULTS.withEventBuffer(size))))
				.containsExactly(new GraphProblem(
						"Service 'a' has an invalid event-buffer: expected 1 or more, found %d.".formatted(size),
						"Correct managed-services.services.a.event-buffer or managed-services.defaults.event-buffer."));
		}
	}

	@Test
	void ofWhenIntervalOfChecksIsBelowMillisecondRefusesIt() {
		ServiceSettings settings = ServiceSettings.DEFAULTS
			.withHealth(new ServiceSettings.Health(Duration.ofNanos(1), Duration.ofSeconds(5), 0));
		assertThat(problems(new ServiceDefinition(new ServiceDescriptor("a", true, Activation.ENABLED, List.of()),
				new Service(), ServiceCallbacks.of(new Service()), settings)))
			.extracting(GraphProblem::description)
			.containsExactly("Service 'a' has an invalid health.interval: expected 1ms or more, found PT0.000000001S.");
	}

	@Test
	void ofWhenSettingsAreInvalidNamesPropertyAndWhatWasFound() {
		RetrySettings retry = new RetrySettings(-2, Duration.ofSeconds(60), 0.5, Duration.ofSeconds(30),
				Duration.ofMillis(-1), List.of());
		ServiceSettings settings = ServiceSettings.DEFAULTS
			.withTimeouts(Duration.ZERO, Duration.ofDays(40_000), Duration.ofSeconds(Long.MAX_VALUE))
			.withRetry(retry);
		assertThat(problems(new ServiceDefinition(new ServiceDescriptor("a", true, Activation.ENABLED, List.of()),
				new Service(), ServiceCallbacks.of(new Service()), settings)))
			.extracting(GraphProblem::description)
			.containsExactly(
					"Service 'a' has an invalid prepare-timeout: expected a duration above 0 and up to 36500d, "
							+ "found PT0S.",
					"Service 'a' has an invalid start-timeout: expected a duration above 0 and up to 36500d, "
							+ "found PT960000H.",
					"Service 'a' has an invalid stop-timeout: expected a duration above 0 and up to 36500d, "
							+ "found PT2562047788015215H30M7S.",
					"Service 'a' has an invalid retry.jitter: expected a duration from 0 to 36500d, found PT-0.001S.",
					"Service 'a' has an invalid retry.max-retries: expected 0 or more, or -1 for no limit, found -2.",
					"Service 'a' has an invalid retry.multiplier: expected a number of at least 1, found 0.5.",
					"Service 'a' has an invalid retry.delay: expected at most retry.max-delay, which is PT30S, "
							+ "found PT1M.");
	}

	@Test
	void ofWhenSomethingWouldBeTriedForEverWithoutAPauseFails() {
		ServiceSettings settings = ServiceSettings.DEFAULTS
			.withRetry(new RetrySettings(RetrySettings.UNLIMITED, Duration.ZERO, 1, Duration.ofSeconds(1),
					Duration.ZERO, List.of()))
			.withRestart(new RestartSettings(Restart.Policy.ALWAYS, RestartSettings.UNLIMITED, Duration.ofMinutes(1),
					new RestartSettings.Backoff(Duration.ZERO, 1, Duration.ofSeconds(1)), Restart.OnGiveUp.DEGRADE));
		assertThat(ServiceSettingsCheck.ofDefaults(settings)).extracting(GraphProblem::toString)
			.anyMatch((problem) -> problem.contains("retry.delay") && problem.contains("retry.max-retries is -1"))
			.anyMatch((problem) -> problem.contains("restart.delay") && problem.contains("restart.max-restarts is -1"));
	}

	@Test
	void ofWhenSomethingWouldBeTriedVeryOftenWithoutAPauseFails() {
		assertThat(ServiceSettingsCheck.ofDefaults(withoutPause(1000))).isEmpty();
		assertThat(ServiceSettingsCheck.ofDefaults(withoutPause(1001))).extracting(GraphProblem::description)
			.containsExactly(
					"managed-services.defaults have an invalid retry.delay: expected at least PT0.001S while retry.max-retries is 1001, or it is tried again without a pause more than 1000 times, found PT0S.",
					"managed-services.defaults have an invalid restart.delay: expected at least PT0.001S while restart.max-restarts is 1001, or it is tried again without a pause more than 1000 times, found PT0S.");
	}

	private static ServiceSettings withoutPause(int limit) {
		return ServiceSettings.DEFAULTS
			.withRetry(new RetrySettings(limit, Duration.ZERO, 1, Duration.ofSeconds(1), Duration.ZERO, List.of()))
			.withRestart(new RestartSettings(Restart.Policy.ALWAYS, limit, Duration.ofMinutes(1),
					new RestartSettings.Backoff(Duration.ZERO, 1, Duration.ofSeconds(1)), Restart.OnGiveUp.DEGRADE));
	}

	@Test
	void ofWhenThereIsNoLimitDoesNotAskWhetherItIsReached() {
		RetrySettings retry = new RetrySettings(RetrySettings.UNLIMITED, Duration.ofSeconds(1), 2,
				Duration.ofSeconds(30), Duration.ZERO, List.of());
		assertThat(ServiceGraph.of(List.of(ServiceDefinition.of("a", new Service(),
				ServiceSettings.DEFAULTS.withRetry(retry).withRestart(restart(RestartSettings.UNLIMITED)), List.of()))))
			.isNotNull();
		assertThat(problems(
				ServiceDefinition.of("a", new Service(), ServiceSettings.DEFAULTS.withRestart(restart(-2)), List.of())))
			.extracting(GraphProblem::description)
			.containsExactly(
					"Service 'a' has an invalid restart.max-restarts: expected 0 or more, or -1 for no limit, found -2.");
		assertThat(problems(ServiceDefinition.of("a", new Service(),
				ServiceSettings.DEFAULTS.withRestart(restart(1000)), List.of())))
			.extracting(GraphProblem::description)
			.singleElement()
			.asString()
			.contains("found 1000 restarts");
	}

	private static RestartSettings restart(int maxRestarts) {
		RestartSettings defaults = RestartSettings.DEFAULTS;
		return new RestartSettings(defaults.policy(), maxRestarts, defaults.window(), defaults.backoff(),
				defaults.onGiveUp());
	}

	@Test
	void ofWhenChainIsVeryDeepSortsIt() {
		List<ServiceDefinition> chain = new ArrayList<>(MANY);
		List<String> sorted = new ArrayList<>(MANY);
		for (int index = MANY - 1; index >= 0; index--) {
			chain.add((index == 0) ? service("s0") : service("s" + index, "s" + (index - 1)));
			sorted.add("s" + (MANY - 1 - index));
		}
		assertThat(names(ServiceGraph.of(chain))).isEqualTo(sorted);
	}

	@Test
	void ofWhenCycleIsVeryLongFindsIt() {
		List<ServiceDefinition> cycle = new ArrayList<>(MANY);
		for (int index = 0; index < MANY; index++) {
			cycle.add(service("s" + index, "s" + ((index + 1) % MANY)));
		}
		assertThat(problems(cycle.toArray(new ServiceDefinition[0]))).hasSize(1);
	}

	@Test
	void ofWhenOneServiceHasManyDependenciesTakesThem() {
		List<ServiceDefinition> star = new ArrayList<>(MANY + 1);
		String[] names = new String[MANY];
		for (int index = 0; index < MANY; index++) {
			names[index] = "s" + index;
			star.add(service(names[index]));
		}
		star.add(service("hub", names));
		assertThat(ServiceGraph.of(star).dependencies().count(MANY)).isEqualTo(MANY);
	}

	private static List<String> names(ServiceGraph graph) {
		return IntStream.range(0, graph.size()).mapToObj((index) -> graph.definition(index).name()).toList();
	}

	private static List<GraphProblem> problems(ServiceDefinition... definitions) {
		return catchThrowableOfType(InvalidServiceGraphException.class, () -> ServiceGraph.of(List.of(definitions)))
			.getProblems();
	}

	// A name that begins with > is an edge of kind AFTER.
	private static ServiceDefinition service(String name, String... dependencies) {
		List<ServiceDependency> edges = new ArrayList<>();
		for (String dependency : dependencies) {
			boolean after = dependency.startsWith(">");
			edges.add(new ServiceDependency(after ? dependency.substring(1) : dependency,
					after ? Kind.AFTER : Kind.REQUIRED, "test"));
		}
		return ServiceDefinition.of(name, new Service(), ServiceSettings.DEFAULTS, edges);
	}

	private static final class Service implements ServiceLifecycle {

	}

}
