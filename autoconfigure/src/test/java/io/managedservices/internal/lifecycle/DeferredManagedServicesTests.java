// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lifecycle;

import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.springframework.context.support.GenericApplicationContext;

import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.configure.DiscoverySettings;
import io.managedservices.internal.discovery.ServicePresence;
import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.engine.run.EngineSettings;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the façade as a bean.
 */
class DeferredManagedServicesTests {

	private static final int ROUNDS = 1000;

	private static final int USERS = 8;

	@Test
	void firstUsesAtOnceWhenThereAreNoServicesMakeOneEngine() throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			AtomicInteger engines = new AtomicInteger();
			ServicesSetup setup = new ServicesSetup(DiscoverySettings.DEFAULTS, (graph) -> {
				engines.incrementAndGet();
				return new ServiceEngine(graph, EngineSettings.DEFAULTS, ThreadBackend.platform());
			}, StartupMode.AWAIT, EngineSettings.DEFAULTS.shutdownTimeout(), null);
			try (GenericApplicationContext context = new GenericApplicationContext()) {
				ServicePresence presence = new ServicePresence(context.getDefaultListableBeanFactory());
				context.registerBean(DeferredManagedServices.class,
						() -> new DeferredManagedServices(context.getDefaultListableBeanFactory(), presence,
								() -> setup));
				context.refresh();
				useAtOnce(context.getBean(DeferredManagedServices.class));
			}
			assertThat(engines).hasValue(1);
		}
	}

	private static void useAtOnce(DeferredManagedServices services) throws Exception {
		CyclicBarrier together = new CyclicBarrier(USERS);
		List<FutureTask<Boolean>> uses = Stream.generate(() -> new FutureTask<>(() -> {
			together.await();
			services.addListener((event) -> {
			});
			return true;
		})).limit(USERS).toList();
		uses.forEach((use) -> new Thread(use, "user").start());
		for (FutureTask<Boolean> use : uses) {
			assertThat(use.get()).isTrue();
		}
	}

}
