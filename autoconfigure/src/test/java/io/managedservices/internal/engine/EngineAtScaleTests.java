// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.monitor.HealthSummary;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ServiceEngine} with a hundred thousand services.
 */
class EngineAtScaleTests {

	private static final int MANY = 100_000;

	private final AtomicInteger running = new AtomicInteger();

	@Test
	void startAndStopWhenChainIsVeryDeepWork() throws Exception {
		startAndStop(1);
	}

	@Test
	void startAndStopWhenServicesAreManyWork() throws Exception {
		startAndStop(MANY);
	}

	// Each service depends on the one that is so many places before it.
	private void startAndStop(int distance) throws Exception {
		List<ServiceDefinition> definitions = new ArrayList<>(MANY);
		Counter service = new Counter();
		for (int index = 0; index < MANY; index++) {
			List<ServiceDependency> edges = (index < distance) ? List.of()
					: List.of(new ServiceDependency("s" + (index - distance), Kind.REQUIRED, "test"));
			definitions.add(ServiceDefinition.of("s" + index, service, ServiceSettings.DEFAULTS, edges));
		}
		ServiceEngine engine = new ServiceEngine(ServiceGraph.of(definitions), EngineSettings.DEFAULTS,
				ThreadBackend.platform());
		HealthSummary report = engine.readiness();
		assertThat(report.failing()).isEqualTo(MANY);
		assertThat(report.failures()).hasSize(HealthSummary.MAX_FAILURES);
		engine.start().get(60, TimeUnit.SECONDS);
		assertThat(this.running).hasValue(MANY);
		assertThat(engine.isReady()).isTrue();
		engine.stop().get(60, TimeUnit.SECONDS);
		assertThat(this.running).hasValue(0);
	}

	private final class Counter implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			EngineAtScaleTests.this.running.incrementAndGet();
		}

		@Override
		public void stop(ServiceContext context) {
			EngineAtScaleTests.this.running.decrementAndGet();
		}

	}

}
