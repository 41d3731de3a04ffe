// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

import org.junit.jupiter.api.Test;

import io.managedservices.Restart.OnGiveUp;
import io.managedservices.Restart.Policy;
import io.managedservices.ServiceContext;
import io.managedservices.internal.graph.RestartSettings;
import io.managedservices.internal.graph.RestartSettings.Backoff;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.monitor.LifecycleEvent.EpisodeClosed;
import io.managedservices.monitor.LifecycleEvent.EpisodeOpened;
import io.managedservices.monitor.LifecycleEvent.ErrorReported;
import io.managedservices.monitor.LifecycleEvent.Started;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for services that fail, or end, while they are running.
 */
class ServiceFailureTests {

	private static final RestartSettings TWICE_IN_A_MINUTE = new RestartSettings(Policy.ON_FAILURE, 2,
			Duration.ofMinutes(1), new Backoff(Duration.ofSeconds(1), 2, Duration.ofSeconds(10)), OnGiveUp.DEGRADE);

	private final List<String> journal = new ArrayList<>();

	private final Map<String, ServiceContext> contexts = new HashMap<>();

	private final IllegalStateException cause = new IllegalStateException("connection lost");

	private TestService service(String name) {
		return TestService.named(name).start((context) -> {
			this.contexts.put(name, context);
			this.journal.add("+" + name);
		}).stop((context) -> this.journal.add("-" + name + " " + context.stopReason())).restart(TWICE_IN_A_MINUTE);
	}

	private SteppedEngine started(TestService... services) {
		List<ServiceDefinition> definitions = new ArrayList<>();
		for (TestService service : services) {
			definitions.add(service.build());
		}
		SteppedEngine stepped = new SteppedEngine(definitions.toArray(new ServiceDefinition[0]));
		stepped.engine.start();
		stepped.runTasks();
		assertThat(stepped.engine.isReady()).isTrue();
		this.journal.clear();
		return stepped;
	}

	private SteppedEngine diamond() {
		return started(service("root"), service("left").dependsOn("root"), service("right").dependsOn("root"),
				service("top").dependsOn("left", "right"), service("other"));
	}

	@Test
	void failWhenDependentsRunStopsThemDeepestFirstAndRestartsAllInChainOnce() {
		SteppedEngine stepped = diamond();
		this.contexts.get("root").fail(this.cause);
		stepped.runTasks();
		assertThat(this.journal).hasSize(4).startsWith("-top DEPENDENCY").endsWith("-root FAILURE");
		assertThat(stepped.engine.snapshot("root").state()).isEqualTo(ServiceState.BACKOFF);
		assertThat(stepped.engine.snapshot("root").failure()).isSameAs(this.cause);
		assertThat(stepped.engine.snapshot("root").attempt().next()).isEqualTo(stepped.now().plusSeconds(1));
		assertThat(stepped.engine.snapshot("top").state()).isEqualTo(ServiceState.WAITING);
		assertThat(stepped.engine.blockers("top")).last().extracting(ServiceSnapshot::name).isEqualTo("root");
		assertThat(stepped.engine.isReady()).isFalse();
		this.journal.clear();
		stepped.pass(Duration.ofMillis(999));
		assertThat(this.journal).isEmpty();
		stepped.pass(Duration.ofMillis(1));
		assertThat(this.journal).hasSize(4).startsWith("+root").endsWith("+top");
		assertThat(stepped.engine.isReady()).isTrue();
		assertThat(stepped.engine.snapshot("root").failure()).isNull();
		assertThat(stepped.engine.snapshot("root").attempt().number()).isOne();
	}

	@Test
	void failWhenDependentsAreTakenDownIsOneEpisode() {
		SteppedEngine stepped = diamond();
		this.contexts.get("root").fail(this.cause);
		this.contexts.get("left").fail(new IllegalStateException("because of root"));
		stepped.pass(Duration.ofSeconds(3));
		assertThat(stepped.events(EpisodeOpened.class)).singleElement()
			.satisfies((opened) -> assertThat(opened.service().name()).isEqualTo("root"));
		assertThat(stepped.events(EpisodeClosed.class)).singleElement().satisfies((closed) -> {
			assertThat(closed.root()).isEqualTo("root");
			assertThat(closed.cause()).isSameAs(this.cause);
			assertThat(closed.affected()).startsWith("root").containsExactlyInAnyOrder("root", "left", "right", "top");
			assertThat(closed.down()).isEmpty();
			assertThat(closed.duration()).isEqualTo(Duration.ofSeconds(1));
		});
	}

	@Test
	void failWhenRootFailsAgainBeforeAllRunJoinsTheEpisode() {
		int[] starts = new int[1];
		TestService dependent = TestService.named("dependent").dependsOn("root").start((context) -> {
			if (++starts[0] == 2) {
				this.contexts.get("root").fail(this.cause);
			}
		});
		SteppedEngine stepped = started(service("root"), dependent);
		this.contexts.get("root").fail(this.cause);
		stepped.pass(Duration.ofSeconds(10));
		assertThat(stepped.engine.isReady()).isTrue();
		assertThat(starts[0]).isEqualTo(3);
		assertThat(stepped.events(EpisodeOpened.class)).hasSize(1);
		assertThat(stepped.events(EpisodeClosed.class)).hasSize(1);
	}

	@Test
	void failMoreOftenThanAllowedGivesUpAndDependentsNameIt() {
		SteppedEngine stepped = started(service("root"), service("top").dependsOn("root"));
		for (int failure = 0; failure < 3; failure++) {
			assertThat(stepped.engine.isReady()).isTrue();
			this.contexts.get("root").fail(this.cause);
			stepped.pass(Duration.ofSeconds(5));
		}
		assertThat(stepped.engine.snapshot("root").state()).isEqualTo(ServiceState.FAILED);
		assertThat(stepped.engine.snapshot("root").stopReason()).isEqualTo(StopReason.FAILURE);
		assertThat(stepped.engine.snapshot("root").failure()).hasCause(this.cause)
			.hasMessage("Service 'root' has failed, and was restarted 2 times within PT1M already: "
					+ "managed-services.services.root.restart.max-restarts. Last failure: " + this.cause);
		assertThat(stepped.engine.readiness().failures().get("top")).startsWith("WAITING for 'root' (FAILED: ")
			.contains("managed-services.services.root.restart.max-restarts");
		assertThat(stepped.engine.isHealthy()).isFalse();
		assertThat(stepped.engine.blockers("top")).extracting(ServiceSnapshot::name).containsExactly("root");
		assertThat(stepped.events(EpisodeClosed.class)).last()
			.extracting(EpisodeClosed::down)
			.isEqualTo(List.of("root", "top"));
	}

	@Test
	void failAfterRunningLongerThanTheWindowBeginsWithTheFirstDelayAgain() {
		SteppedEngine stepped = started(service("root"));
		for (int failure = 0; failure < 10; failure++) {
			this.contexts.get("root").fail(this.cause);
			stepped.pass(Duration.ofMillis(999));
			assertThat(stepped.engine.snapshot("root").state()).isEqualTo(ServiceState.BACKOFF);
			stepped.pass(Duration.ofMillis(1));
			assertThat(stepped.engine.isReady()).isTrue();
			stepped.pass(Duration.ofSeconds(61));
		}
	}

	@Test
	void failWhenPolicyIsNeverIsFinal() {
		RestartSettings never = new RestartSettings(Policy.NEVER, 5, Duration.ofMinutes(1), TWICE_IN_A_MINUTE.backoff(),
				OnGiveUp.DEGRADE);
		SteppedEngine stepped = started(service("root").restart(never));
		this.contexts.get("root").fail(this.cause);
		stepped.pass(Duration.ofHours(1));
		assertThat(stepped.engine.snapshot("root").state()).isEqualTo(ServiceState.FAILED);
		assertThat(stepped.engine.snapshot("root").failure()).isSameAs(this.cause);
	}

	@Test
	void completeStopsServiceWithoutFailureUntilItIsStarted() {
		SteppedEngine stepped = started(service("root"), service("top").dependsOn("root"));
		this.contexts.get("root").complete();
		stepped.pass(Duration.ofHours(1));
		assertThat(this.journal).containsExactly("-top DEPENDENCY", "-root COMPLETED");
		assertThat(stepped.engine.blockers("top")).last()
			.extracting(ServiceSnapshot::reason)
			.isEqualTo("has ended by itself");
		assertThat(stepped.engine.snapshot("root").state()).isEqualTo(ServiceState.STOPPED);
		assertThat(stepped.engine.isHealthy()).isTrue();
		assertThat(stepped.events(EpisodeOpened.class)).isEmpty();
	}

	@Test
	void completeWhenPolicyIsAlwaysStartsServiceAgain() {
		RestartSettings always = new RestartSettings(Policy.ALWAYS, 5, Duration.ofMinutes(1),
				TWICE_IN_A_MINUTE.backoff(), OnGiveUp.DEGRADE);
		SteppedEngine stepped = started(service("root").restart(always));
		this.contexts.get("root").complete();
		stepped.pass(Duration.ofSeconds(1));
		assertThat(this.journal).containsExactly("-root COMPLETED", "+root");
	}

	@Test
	void failFromEarlierIncarnationChangesNothingButIsReported() {
		SteppedEngine stepped = started(service("root"));
		ServiceContext first = this.contexts.get("root");
		first.fail(this.cause);
		stepped.pass(Duration.ofSeconds(1));
		IllegalStateException late = new IllegalStateException("late");
		first.fail(late);
		stepped.runTasks();
		assertThat(stepped.engine.isReady()).isTrue();
		assertThat(stepped.events(ErrorReported.class)).singleElement().extracting(ErrorReported::cause).isSameAs(late);
	}

	@Test
	void failWhileStartingIsAFailedAttempt() {
		TestService failing = TestService.named("failing").start((context) -> {
			if (context.attempt() == 1) {
				context.fail(this.cause);
			}
		});
		SteppedEngine stepped = new SteppedEngine(failing.build());
		stepped.engine.start();
		stepped.runTasks();
		assertThat(stepped.engine.snapshot("failing").state()).isEqualTo(ServiceState.BACKOFF);
		stepped.pass(Duration.ofSeconds(1));
		assertThat(stepped.engine.snapshot("failing").state()).isEqualTo(ServiceState.RUNNING);
		assertThat(stepped.events(EpisodeOpened.class)).isEmpty();
	}

	@Test
	void checkHealthWhenItFailsAsOftenAsTheThresholdSaysFailsTheService() {
		boolean[] sick = new boolean[1];
		SteppedEngine stepped = started(service("root").checkHealth(() -> {
			if (sick[0]) {
				throw this.cause;
			}
		}).health(Duration.ofSeconds(10), Duration.ofSeconds(1)).failureThreshold(3));
		sick[0] = true;
		stepped.pass(Duration.ofSeconds(20));
		assertThat(stepped.engine.snapshot("root").state()).isEqualTo(ServiceState.RUNNING);
		assertThat(stepped.engine.isHealthy()).isFalse();
		stepped.pass(Duration.ofSeconds(10));
		assertThat(this.journal).containsExactly("-root FAILURE");
		sick[0] = false;
		stepped.pass(Duration.ofSeconds(1));
		assertThat(stepped.engine.isReady()).isTrue();
	}

	@Test
	void checkHealthWhenItHangsCountsAgainForAsLongAsItDoes() {
		SteppedEngine stepped = new SteppedEngine(service("root").checkHealth(() -> this.journal.add("check"))
			.health(Duration.ofSeconds(10), Duration.ofSeconds(1))
			.failureThreshold(3)
			.build());
		stepped.engine.start();
		stepped.runTasks();
		stepped.runTasks();
		this.journal.clear();
		stepped.hangNext();
		stepped.pass(Duration.ofSeconds(11));
		assertThat(stepped.engine.isHealthy()).isFalse();
		assertThat(stepped.engine.snapshot("root").stopReason()).isNull();
		stepped.pass(Duration.ofSeconds(22));
		assertThat(stepped.engine.snapshot("root").stopReason()).isEqualTo(StopReason.FAILURE);
	}

	@Test
	void performFailWhenOneDependsOnAnotherIsOneEpisode() {
		SteppedEngine stepped = diamond();
		assertThat(stepped.engine.perform(ServiceAction.FAIL, "top", "root")).isNotCompletedExceptionally();
		stepped.pass(Duration.ofSeconds(2));
		assertThat(stepped.events(EpisodeOpened.class)).singleElement()
			.satisfies((opened) -> assertThat(opened.service().name()).isEqualTo("root"));
		assertThat(stepped.engine.isReady()).isTrue();
	}

	@Test
	void completeMoreOftenThanAllowedGivesUpAndNamesTheLimit() {
		RestartSettings always = new RestartSettings(Policy.ALWAYS, 1, Duration.ofMinutes(1),
				TWICE_IN_A_MINUTE.backoff(), OnGiveUp.DEGRADE);
		SteppedEngine stepped = started(service("root").restart(always));
		for (int end = 0; end < 2; end++) {
			this.contexts.get("root").complete();
			stepped.pass(Duration.ofSeconds(1));
		}
		assertThat(stepped.engine.snapshot("root").state()).isEqualTo(ServiceState.FAILED);
		assertThat(stepped.engine.snapshot("root").failure())
			.hasMessage("Service 'root' has ended, and was restarted 1 times within PT1M already: "
					+ "managed-services.services.root.restart.max-restarts");
	}

	@Test
	void getWhenServiceHasFailedAndWaitsForItsDependentsRefusesIt() {
		SteppedEngine stepped = diamond();
		this.contexts.get("root").fail(this.cause);
		assertThat(stepped.engine.snapshot("root").state()).isEqualTo(ServiceState.RUNNING);
		assertThatExceptionOfType(ServiceException.class)
			.isThrownBy(() -> stepped.engine.get("root", TestService.class, Duration.ZERO));
		assertThat(stepped.engine.whenRunning("root")).isNotDone();
	}

	@Test
	void watchdogWhenBeatsStopFailsTheService() {
		SteppedEngine stepped = started(service("root").watchdog(Duration.ofSeconds(30)));
		for (int beat = 0; beat < 5; beat++) {
			stepped.pass(Duration.ofSeconds(20));
			this.contexts.get("root").beat();
		}
		assertThat(this.journal).isEmpty();
		stepped.pass(Duration.ofSeconds(29));
		assertThat(this.journal).isEmpty();
		stepped.pass(Duration.ofSeconds(1));
		assertThat(this.journal).containsExactly("-root FAILURE");
		assertThat(stepped.engine.snapshot("root").failure()).isInstanceOf(TimeoutException.class)
			.hasMessage("Service 'root' gave no beat for PT30S: managed-services.services.root.watchdog");
	}

	@Test
	void failWhenServiceComesAfterTellsItAndDoesNotStopIt() {
		TestService follower = service("follower").after("root")
			.notice((name, available) -> this.journal.add((available ? "has " : "lost ") + name));
		SteppedEngine stepped = new SteppedEngine(service("root").build(), follower.build());
		stepped.engine.start();
		stepped.runTasks();
		assertThat(this.journal).containsExactly("+root", "+follower", "has root");
		this.journal.clear();
		this.contexts.get("root").fail(this.cause);
		stepped.pass(Duration.ofSeconds(1));
		assertThat(this.journal).containsExactlyInAnyOrder("lost root", "-root FAILURE", "+root", "has root")
			.containsSubsequence("lost root", "has root");
	}

	@Test
	void startOfAllWhenOperatorHoldsADependencySaysSo() {
		SteppedEngine stepped = diamond();
		stepped.engine.perform(ServiceAction.STOP, "root");
		stepped.runTasks();
		stepped.engine.stop();
		stepped.runTasks();
		CompletableFuture<Void> start = stepped.engine.start();
		stepped.runTasks();
		assertThat(start).isCompletedExceptionally();
		assertThat(stepped.events(Started.class)).last()
			.extracting((started) -> String.valueOf(started.failure()))
			.asString()
			.contains("Service 'root' was stopped by the operator: start it.");
	}

	@Test
	void stopOfAllWhileAServiceIsDownEndsItsEpisode() {
		SteppedEngine stepped = diamond();
		this.contexts.get("root").fail(this.cause);
		stepped.runTasks();
		stepped.engine.stop();
		stepped.runTasks();
		assertThat(stepped.events(EpisodeClosed.class)).hasSize(1);
		assertThat(stepped.backend.isOpen()).isFalse();
	}

}
