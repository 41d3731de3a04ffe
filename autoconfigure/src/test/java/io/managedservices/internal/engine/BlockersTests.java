// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.managedservices.internal.engine.explain.Blockers;
import io.managedservices.internal.engine.kernel.Invocation;
import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Blockers}.
 */
class BlockersTests {

	private static final RetrySettings RETRY = new RetrySettings(1, Duration.ofMinutes(1), 1, Duration.ofMinutes(1),
			Duration.ZERO, List.of());

	@Test
	void pathsWhenUnlimitedAreThoseOfEachService() {
		SteppedEngine stepped = started(broken("database"), TestService.named("clock").build(),
				TestService.named("book").dependsOn("clock", "database").build(),
				TestService.named("mail").dependsOn("book").build(),
				TestService.named("follower").after("mail", "database").build());
		Map<String, List<ServiceSnapshot>> paths = stepped.engine.blockers(Integer.MAX_VALUE);
		assertThat(paths).containsOnlyKeys("book", "mail", "follower");
		paths.forEach((name, path) -> assertThat(path).isEqualTo(stepped.engine.blockers(name)));
	}

	@Test
	void pathsWhenChainIsLongerThanLimitKeepFirstAndRootCause() {
		List<ServiceDefinition> chain = new ArrayList<>(List.of(broken("0")));
		for (int number = 1; number < 1000; number++) {
			chain.add(TestService.named("" + number).dependsOn("" + (number - 1)).build());
		}
		SteppedEngine stepped = started(chain.toArray(ServiceDefinition[]::new));
		Map<String, List<ServiceSnapshot>> paths = stepped.engine.blockers(3);
		assertThat(paths).hasSize(999);
		assertThat(paths.get("999")).extracting(ServiceSnapshot::name).containsExactly("998", "997", "0");
		assertThat(paths.get("3")).extracting(ServiceSnapshot::name).containsExactly("2", "1", "0");
		assertThat(paths.get("1")).extracting(ServiceSnapshot::name).containsExactly("0");
		assertThat(stepped.engine.blockers(1).get("999")).extracting(ServiceSnapshot::name).containsExactly("0");
	}

	@Test
	void blockersWhenSeveralDependenciesDoNotRunNameTheOneThatIsFurthestFromRunning() {
		List<String> worstFirst = List.of("failed", "stopped", "backoff", "waiting", "starting");
		for (int worst = 0; worst < worstFirst.size(); worst++) {
			List<String> others = new ArrayList<>(worstFirst.subList(worst, worstFirst.size()));
			assertThat(firstBlocker(others)).isEqualTo(worstFirst.get(worst));
			Collections.reverse(others);
			assertThat(firstBlocker(others)).isEqualTo(worstFirst.get(worst));
		}
	}

	@Test
	void blockersWhenDependenciesAreEquallyFarFromRunningNameTheFirst() {
		SteppedEngine stepped = started(broken("a"), broken("b"),
				TestService.named("book").dependsOn("b", "a").build());
		assertThat(stepped.engine.blockers("book")).extracting(ServiceSnapshot::name).containsExactly("b");
	}

	private static String firstBlocker(List<String> dependencies) {
		SteppedEngine stepped = new SteppedEngine(
				TestService.named("failed").retry(RetrySettings.NONE).start((context) -> {
					throw new IllegalStateException("refused");
				}).build(), TestService.named("stopped").build(), broken("backoff"),
				TestService.named("starting").start((context) -> {
				}).build(), TestService.named("waiting").dependsOn("starting").build(),
				TestService.named("book").dependsOn(dependencies.toArray(String[]::new)).build());
		stepped.engine.perform(ServiceAction.STOP, "stopped");
		stepped.runTasks();
		stepped.engine.start();
		runTasksButTheStartOf("starting", stepped);
		assertThat(stepped.engine.snapshot("starting").state()).isEqualTo(ServiceState.STARTING);
		assertThat(stepped.engine.snapshot("waiting").state()).isEqualTo(ServiceState.WAITING);
		assertThat(stepped.engine.snapshot("backoff").state()).isEqualTo(ServiceState.BACKOFF);
		assertThat(stepped.engine.snapshot("stopped").state()).isEqualTo(ServiceState.STOPPED);
		assertThat(stepped.engine.snapshot("failed").state()).isEqualTo(ServiceState.FAILED);
		return stepped.engine.blockers("book").get(0).name();
	}

	private static void runTasksButTheStartOf(String service, SteppedEngine stepped) {
		Runnable task = stepped.backend.takeTask();
		while (task != null) {
			if (!(task instanceof Invocation invocation) || !invocation.node().name().equals(service)) {
				task.run();
			}
			task = stepped.backend.takeTask();
		}
	}

	@Test
	void describeWhenOperatorStoppedRootCauseSaysSo() {
		SteppedEngine stepped = started(TestService.named("database").build(),
				TestService.named("book").dependsOn("database").build());
		stepped.engine.perform(ServiceAction.STOP, "database");
		stepped.runTasks();
		assertThat(stepped.engine.readiness().failures()).containsEntry("book",
				"WAITING for 'database' (STOPPED: stopped by the operator)");
		stepped.engine.perform(ServiceAction.DISABLE, "database");
		stepped.runTasks();
		assertThat(stepped.engine.readiness().failures()).containsEntry("book",
				"WAITING for 'database' (STOPPED: disabled)");
	}

	@Test
	void describeWhenFailureHidesItsCauseNamesBoth() {
		SteppedEngine stepped = started(broken("database"));
		assertThat(stepped.engine.readiness().failures()).containsEntry("database",
				"BACKOFF: java.lang.IllegalStateException: no connection, "
						+ "caused by java.lang.IllegalArgumentException: refused");
	}

	@Test
	void describeWhenRetriesAreUsedUpNamesTheirLimit() {
		SteppedEngine stepped = started(broken("database"), TestService.named("book").dependsOn("database").build());
		stepped.pass(Duration.ofMinutes(1));
		String limit = "caused by java.lang.IllegalArgumentException: refused (given up after 2 of 2 attempts: "
				+ "managed-services.services.database.retry.max-retries)";
		assertThat(stepped.engine.readiness().failures().get("database")).startsWith("FAILED: ").endsWith(limit);
		assertThat(stepped.engine.readiness().failures().get("book")).endsWith(limit + ")");
	}

	@Test
	void describeWhenStopOfServiceWhoseLastAttemptSucceededFailsNamesNoLimit() {
		SteppedEngine stepped = started(TestService.named("database")
			.retry(new RetrySettings(0, Duration.ofSeconds(1), 1, Duration.ofSeconds(1), Duration.ZERO, List.of()))
			.stop((context) -> {
				throw new IllegalStateException("in use");
			})
			.build());
		stepped.engine.perform(ServiceAction.RESTART, "database");
		stepped.runTasks();
		assertThat(stepped.engine.readiness().failures()).containsEntry("database",
				"FAILED: java.lang.IllegalStateException: in use");
	}

	@Test
	void pathWhenUnrelatedServiceIsBeingPreparedNamesIt() {
		SteppedEngine stepped = new SteppedEngine(TestService.named("web").build(),
				TestService.named("page").dependsOn("web").build(), preparing("index"));
		stepped.engine.start();
		assertThat(stepped.engine.blockers("web")).extracting(ServiceSnapshot::name).containsExactly("index");
		assertThat(stepped.engine.blockers("page")).extracting(ServiceSnapshot::name).containsExactly("web", "index");
		Map<String, List<ServiceSnapshot>> paths = stepped.engine.blockers(Integer.MAX_VALUE);
		assertThat(paths).containsOnlyKeys("web", "page");
		paths.forEach((name, path) -> assertThat(path).isEqualTo(stepped.engine.blockers(name)));
		assertThat(stepped.engine.readiness().failures()).containsEntry("web", "WAITING for 'index' (PREPARING)")
			.containsEntry("page", "WAITING for 'index' (PREPARING)")
			.containsEntry("index", "PREPARING");
		stepped.runTasks();
		assertThat(stepped.engine.isReady()).isTrue();
	}

	@Test
	void describeWhenSeveralServicesAreBeingPreparedTellsHowMany() {
		SteppedEngine stepped = new SteppedEngine(TestService.named("web").build(), preparing("index"),
				preparing("cache"), preparing("mail"));
		stepped.engine.start();
		assertThat(stepped.engine.readiness().failures()).containsEntry("web",
				"WAITING for 'index' and 2 more (PREPARING)");
	}

	private static ServiceDefinition preparing(String name) {
		return TestService.named(name).prepare((context) -> {
		}).build();
	}

	private static SteppedEngine started(ServiceDefinition... definitions) {
		SteppedEngine stepped = new SteppedEngine(definitions);
		stepped.engine.start();
		stepped.runTasks();
		return stepped;
	}

	private static ServiceDefinition broken(String name) {
		return TestService.named(name).retry(RETRY).start((context) -> {
			throw new IllegalStateException("no connection", new IllegalArgumentException("refused"));
		}).build();
	}

}
