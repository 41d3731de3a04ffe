// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.Candidates;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A thousand tenants that come and go while others run, in simulated time.
 */
class TenantsTests {

	private static final int TENANTS = 1000;

	@Test
	void tenantsComeAndGoWithoutATraceInOthers() {
		Random random = new Random(42);
		List<ServiceDefinition> others = new ArrayList<>();
		for (int number = 0; number < 20; number++) {
			others.add(TestService.named("other" + number).start((context) -> {
			}).build());
		}
		SteppedEngine stepped = new SteppedEngine(7, EngineSettings.DEFAULTS, others);
		stepped.engine.start();
		stepped.runTasks();
		stepped.forgetEvents();
		int[] calls = new int[2];
		List<String> present = new ArrayList<>();
		int come = 0;
		while (come < TENANTS || !present.isEmpty()) {
			if (come < TENANTS && (present.isEmpty() || random.nextInt(5) < 3)) {
				String name = "tenant" + come++;
				CompletableFuture<Void> registered = stepped.engine
					.register(new Candidates(List.of(TestService.named(name)
						.dependsOn("other" + random.nextInt(20))
						.start((context) -> calls[0]++)
						.stop((context) -> calls[1]++)
						.build()), List.of()));
				stepped.runTasks();
				assertThat(registered).isCompleted();
				present.add(name);
			}
			else {
				CompletableFuture<Void> gone = stepped.engine
					.unregister(present.remove(random.nextInt(present.size())));
				stepped.runTasks();
				assertThat(gone).isCompleted();
			}
			if (random.nextInt(50) == 0) {
				stepped.pass(Duration.ofSeconds(random.nextInt(30)));
				assertThat(stepped.engine.snapshots()).hasSize(20 + present.size())
					.allMatch((service) -> service.state() == ServiceState.RUNNING);
			}
		}
		assertThat(calls).containsExactly(TENANTS, TENANTS);
		assertThat(stepped.engine.snapshots()).extracting(ServiceSnapshot::name)
			.hasSize(20)
			.allMatch((name) -> name.startsWith("other"));
		// Each tenant starts and stops, in four moves, and nothing is heard of the
		// others.
		assertThat(stepped.events(LifecycleEvent.StateChanged.class)).hasSize(TENANTS * 4)
			.allMatch((changed) -> changed.service().name().startsWith("tenant"));
		assertThat(stepped.engine.isReady()).isTrue();
	}

}
