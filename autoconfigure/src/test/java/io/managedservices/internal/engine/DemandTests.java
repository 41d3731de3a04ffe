// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.managedservices.Demand;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceException.Kind;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for services that run on demand because somebody asks for them.
 */
class DemandTests {

	private static final Duration IDLE = Duration.ofSeconds(30);

	private final List<String> calls = new ArrayList<>();

	private boolean broken;

	private final SteppedEngine stepped = stepped(0);

	private SteppedEngine stepped(long seed) {
		return new SteppedEngine(seed, EngineSettings.DEFAULTS,
				List.of(service("index").activation(Activation.ON_DEMAND).build(),
						service("search").dependsOn("index").activation(Activation.ON_DEMAND).idleTimeout(IDLE).build(),
						service("other").build()));
	}

	private TestService service(String name) {
		return TestService.named(name).start((context) -> {
			this.calls.add("+" + name);
			if (this.broken) {
				throw new UnsupportedOperationException("broken");
			}
		}).stop((context) -> this.calls.add("-" + name));
	}

	private void startAll() {
		this.stepped.engine.start();
		this.stepped.runTasks();
		this.calls.clear();
	}

	private ServiceState state(String name) {
		return this.stepped.engine.snapshot(name).state();
	}

	@Test
	void demandRunsTheServiceAndWhatItNeedsUntilItHasBeenIdle() throws Exception {
		startAll();
		Demand demand = this.stepped.engine.demand("search");
		this.stepped.runTasks();
		assertThat(demand.await(Duration.ZERO)).isSameAs(demand);
		assertThat(this.calls).containsExactly("+index", "+search");
		demand.close();
		this.stepped.pass(IDLE.minusNanos(1));
		assertThat(state("search")).isEqualTo(ServiceState.RUNNING);
		this.stepped.pass(Duration.ofNanos(1));
		assertThat(this.calls).containsExactly("+index", "+search", "-search", "-index");
		assertThat(this.stepped.engine.snapshot("search").stopReason()).isEqualTo(StopReason.NOT_NEEDED);
	}

	@Test
	void getWhenNothingDemandsTheServiceSaysHowToDemandIt() {
		startAll();
		assertThatExceptionOfType(ServiceException.class)
			.isThrownBy(() -> this.stepped.engine.get("search", TestService.class, Duration.ZERO))
			.withMessageContaining("it is on demand, and nothing needs it: demand it, or enable it");
	}

	@Test
	void demandWhenOneOfTwoIsClosedOrClosedTwiceKeepsTheService() {
		startAll();
		Demand first = this.stepped.engine.demand("search");
		Demand second = this.stepped.engine.demand("search");
		first.close();
		first.close();
		this.stepped.pass(IDLE.multipliedBy(2));
		assertThat(state("search")).isEqualTo(ServiceState.RUNNING);
		second.close();
		this.stepped.pass(IDLE);
		assertThat(state("search")).isEqualTo(ServiceState.STOPPED);
	}

	@Test
	void demandWhileIdleKeepsTheServiceWithoutAStart() {
		startAll();
		this.stepped.engine.demand("search").close();
		this.stepped.pass(IDLE.minusNanos(1));
		Demand demand = this.stepped.engine.demand("search");
		this.stepped.pass(IDLE.multipliedBy(3));
		assertThat(this.calls).containsExactly("+index", "+search");
		demand.close();
		this.stepped.pass(IDLE.minusNanos(1));
		assertThat(state("search")).isEqualTo(ServiceState.RUNNING);
	}

	@Test
	void demandWhenServiceFailsIsToldAndTheNextOneTriesAgain() {
		startAll();
		this.broken = true;
		Demand demand = this.stepped.engine.demand("index");
		CompletableFuture<ServiceSnapshot> running = demand.whenRunning();
		this.stepped.runTasks();
		assertThat(running).isCompletedExceptionally();
		assertThat(running.handle((service, failure) -> failure).join()).isInstanceOfSatisfying(ServiceException.class,
				(failure) -> assertThat(failure.getKind()).isEqualTo(Kind.FAILED));
		assertThatExceptionOfType(ServiceException.class).isThrownBy(() -> demand.await(Duration.ZERO));
		assertThat(this.stepped.engine.isReady()).isTrue();
		this.stepped.runTasks();
		assertThat(state("index")).isEqualTo(ServiceState.STOPPED);
		this.broken = false;
		Demand again = this.stepped.engine.demand("index");
		this.stepped.runTasks();
		assertThat(state("index")).isEqualTo(ServiceState.RUNNING);
		again.close();
	}

	@Test
	void demandWhenServiceIsStoppedOrDisabledDoesNotStartIt() {
		startAll();
		this.stepped.engine.stop("search");
		this.stepped.engine.perform(ServiceAction.DISABLE, "index");
		this.stepped.runTasks();
		for (String name : List.of("search", "index")) {
			CompletableFuture<ServiceSnapshot> running = this.stepped.engine.demand(name).whenRunning();
			this.stepped.runTasks();
			assertThat(running).isCompletedExceptionally();
		}
		assertThat(this.calls).isEmpty();
	}

	@Test
	void demandWhenAllAreStoppedAndStartedStillCounts() {
		startAll();
		Demand demand = this.stepped.engine.demand("search");
		this.stepped.runTasks();
		this.stepped.engine.stop();
		this.stepped.runTasks();
		assertThat(state("search")).isEqualTo(ServiceState.STOPPED);
		this.stepped.engine.start();
		this.stepped.runTasks();
		assertThat(state("search")).isEqualTo(ServiceState.RUNNING);
		this.stepped.engine.stop();
		this.stepped.runTasks();
		demand.close();
		this.stepped.engine.start();
		this.stepped.runTasks();
		assertThat(state("search")).isEqualTo(ServiceState.STOPPED);
	}

	@Test
	void demandWhileServiceStartsDoesNotMakeTheApplicationUnready() {
		startAll();
		this.stepped.hangNext();
		this.stepped.engine.demand("search");
		this.stepped.runTasks();
		assertThat(state("index")).isEqualTo(ServiceState.STARTING);
		assertThat(this.stepped.engine.snapshot("search").service().required()).isTrue();
		assertThat(this.stepped.engine.isReady()).isTrue();
		this.stepped.returnHanging();
		this.stepped.runTasks();
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })
	void demandWhenOpenedAndClosedWhileEverythingMovesIsWhatCountsInTheEnd(long seed) {
		Random random = new Random(seed);
		SteppedEngine engine = stepped(seed);
		engine.engine.start();
		List<Demand> open = new ArrayList<>();
		for (int step = 0; step < 500; step++) {
			switch (random.nextInt(8)) {
				case 0, 1 -> open.add(engine.engine.demand("search"));
				case 2, 3 -> {
					if (!open.isEmpty()) {
						open.remove(random.nextInt(open.size())).close();
					}
				}
				case 4 -> engine.pass(IDLE.dividedBy(1 + random.nextInt(3)));
				case 5 -> engine.engine.fail("index", new IllegalStateException("planted"));
				case 6 -> engine.runTasks();
				default -> {
					if (random.nextInt(10) == 0) {
						engine.engine.stop();
						engine.runTasks();
						engine.engine.start();
					}
				}
			}
		}
		engine.engine.start();
		engine.engine.perform(ServiceAction.RETRY, "index");
		engine.pass(Duration.ofMinutes(30));
		boolean failed = engine.engine.snapshot("index").state() == ServiceState.FAILED;
		assertThat(engine.engine.snapshot("search").state())
			.isEqualTo(open.isEmpty() ? ServiceState.STOPPED : failed ? ServiceState.WAITING : ServiceState.RUNNING);
		open.forEach(Demand::close);
		engine.pass(IDLE);
		assertThat(engine.engine.snapshot("search").state()).isEqualTo(ServiceState.STOPPED);
		assertThat(engine.engine.snapshot("index").state()).isIn(ServiceState.STOPPED, ServiceState.FAILED);
	}

}
