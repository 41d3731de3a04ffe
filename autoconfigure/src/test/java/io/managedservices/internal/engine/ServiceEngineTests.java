// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.concurrent.OwnThread;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ServiceEngine} with real threads.
 */
class ServiceEngineTests {

	private final List<String> log = new CopyOnWriteArrayList<>();

	@Test
	void startAndStopWhenChainCallsInOrder() throws Exception {
		ServiceEngine engine = engine(service("a", 0), service("b", 0, "a"), service("c", 0, "b"));
		engine.start().get(10, TimeUnit.SECONDS);
		assertThat(engine.isReady()).isTrue();
		engine.stop().get(10, TimeUnit.SECONDS);
		assertThat(this.log).containsExactly("+a", "+b", "+c", "-c", "-b", "-a");
		assertThat(engine.isReady()).isFalse();
		engine.start().get(10, TimeUnit.SECONDS);
		assertThat(engine.snapshot("c").state()).isEqualTo(ServiceState.RUNNING);
		engine.stop().get(10, TimeUnit.SECONDS);
		assertThat(engine.snapshot("c").state()).isEqualTo(ServiceState.STOPPED);
	}

	@Test
	void startWhenServiceFailsTwiceRetriesAndCleansUp() throws Exception {
		ServiceEngine engine = engine(service("a", 2), service("b", 0, "a"));
		engine.start().get(10, TimeUnit.SECONDS);
		assertThat(this.log).containsExactly("!a", "-a", "!a", "-a", "+a", "+b");
		assertThat(engine.snapshot("a").attempt().number()).isEqualTo(3);
		engine.stop().get(10, TimeUnit.SECONDS);
	}

	@Test
	void startWhenRequiredServiceGivesUpFailsWithCause() throws Exception {
		ServiceEngine engine = engine(service("a", 100), service("b", 0, "a"), service("c", 0, "b"));
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> engine.start().get(10, TimeUnit.SECONDS))
			.havingCause()
			.isInstanceOf(ServiceException.class)
			.withMessage(
					"Service 'a' failed to start after 4 of 4 attempts: java.lang.IllegalStateException: a is broken.\n"
							+ "Required services that cannot run because of that: 'b', 'c'.");
		assertThat(engine.blockers("c")).extracting("name").containsExactly("b", "a");
		engine.stop().get(10, TimeUnit.SECONDS);
		assertThat(engine.snapshots()).extracting("state").containsOnly(ServiceState.STOPPED);
	}

	@Test
	void performWhenManyThreadsAreRefusedIsCompletedOnReturn() throws Exception {
		ServiceEngine engine = engine(service("a", 0), service("b", 0, "a"));
		engine.start().get(10, TimeUnit.SECONDS);
		List<CompletableFuture<Integer>> callers = new ArrayList<>();
		for (int caller = 0; caller < 4; caller++) {
			callers.add(OwnThread.supply(() -> {
				int refused = 0;
				for (int count = 0; count < 500; count++) {
					engine.perform(ServiceAction.STOP, "b");
					refused += engine.perform(ServiceAction.RETRY, "a").isCompletedExceptionally() ? 1 : 0;
					engine.perform(ServiceAction.START, "b");
				}
				return refused;
			}));
		}
		for (CompletableFuture<Integer> caller : callers) {
			assertThat(caller.get(30, TimeUnit.SECONDS)).isEqualTo(500);
		}
		engine.perform(ServiceAction.START, "b").get(10, TimeUnit.SECONDS);
		assertThat(engine.snapshot("b").state()).isEqualTo(ServiceState.RUNNING);
		engine.stop().get(10, TimeUnit.SECONDS);
	}

	private ServiceEngine engine(ServiceDefinition... definitions) {
		return new ServiceEngine(ServiceGraph.of(List.of(definitions)), EngineSettings.DEFAULTS,
				ThreadBackend.platform());
	}

	private ServiceDefinition service(String name, int failures, String... dependencies) {
		List<ServiceDependency> edges = new ArrayList<>();
		for (String dependency : dependencies) {
			edges.add(new ServiceDependency(dependency, Kind.REQUIRED, "test"));
		}
		RetrySettings retry = new RetrySettings(3, Duration.ofMillis(5), 2, Duration.ofSeconds(1), Duration.ZERO,
				List.of());
		ServiceSettings defaults = ServiceSettings.DEFAULTS;
		return ServiceDefinition.of(name, new Recorder(name, failures), defaults.withRetry(retry), edges);
	}

	private final class Recorder implements ServiceLifecycle {

		private final String name;

		private int failures;

		Recorder(String name, int failures) {
			this.name = name;
			this.failures = failures;
		}

		@Override
		public void start(ServiceContext context) {
			if (this.failures-- > 0) {
				ServiceEngineTests.this.log.add("!" + this.name);
				throw new IllegalStateException(this.name + " is broken");
			}
			ServiceEngineTests.this.log.add("+" + this.name);
		}

		@Override
		public void stop(ServiceContext context) {
			ServiceEngineTests.this.log.add("-" + this.name);
		}

	}

}
