// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.support.GenericApplicationContext;

import io.managedservices.ManagedServices;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.autoconfigure.exit.ApplicationExit;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.configure.DiscoverySettings;
import io.managedservices.internal.discovery.ServicePresence;
import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.lifecycle.DeferredManagedServices;
import io.managedservices.internal.lifecycle.ManagedServicesLifecycle;
import io.managedservices.internal.lifecycle.ServicesSetup;
import io.managedservices.internal.lifecycle.StartupMode;
import io.managedservices.internal.log.LifecycleEventPublisher;
import io.managedservices.internal.log.LifecycleLog;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that what a context started is gone with it.
 */
class ContextLeakIntegrationTests {

	private static final ServicesSetup SETUP = new ServicesSetup(DiscoverySettings.DEFAULTS,
			(graph) -> new ServiceEngine(graph, EngineSettings.DEFAULTS, ThreadBackend.platform()), StartupMode.AWAIT,
			EngineSettings.DEFAULTS.shutdownTimeout(), null);

	private static final int CONTEXTS = 1000;

	private static final int WARM_UP = 200;

	/** Of what 800 contexts leave, so that 1 KiB each would be seen. */
	private static final long ALLOWED_GROWTH = 800 * 1024;

	private final Logger logger = (Logger) LoggerFactory.getLogger("io.managedservices.lifecycle");

	private final List<WeakReference<Object>> services = new ArrayList<>();

	private OwnThreads threads;

	@BeforeEach
	void begin() {
		this.logger.setLevel(Level.WARN);
		this.threads = OwnThreads.begin();
	}

	@AfterEach
	void end() {
		this.logger.setLevel(null);
		this.threads.close();
	}

	@Test
	void contextsLeaveNeitherThreadsNorHeap() {
		long used = 0;
		for (int count = 0; count < CONTEXTS; count++) {
			if (count == WARM_UP) {
				used = usedHeap();
			}
			startAndStop(count);
		}
		Awaitility.await().untilAsserted(() -> assertThat(this.threads.alive()).isEmpty());
		assertThat(usedHeap() - used).isLessThan(ALLOWED_GROWTH);
		assertThat(this.services).allMatch((service) -> service.get() == null);
	}

	// The beans of the auto-configuration, without its conditions and its binding, which
	// would take most of the time.
	private void startAndStop(int count) {
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			DefaultListableBeanFactory beanFactory = context.getDefaultListableBeanFactory();
			ServicePresence presence = new ServicePresence(beanFactory);
			context.registerBean("managedServices", DeferredManagedServices.class,
					() -> new DeferredManagedServices(beanFactory, presence, () -> SETUP));
			context.registerBean(ManagedServicesLifecycle.class, () -> new ManagedServicesLifecycle(presence,
					() -> context.getBean(ManagedServices.class), () -> SETUP, new ApplicationExit(context)));
			context.registerBean(LifecycleLog.class,
					() -> new LifecycleLog(context.getBean(ManagedServices.class), System::nanoTime));
			context.registerBean(LifecycleEventPublisher.class, () -> new LifecycleEventPublisher(context));
			ServiceLifecycle database = new Journal().service("database");
			ServiceLifecycle pollBook = new Journal().service("pollBook");
			context.registerBean("database", ServiceRegistration.class,
					() -> new ServiceRegistration("database", database));
			context.registerBean("pollBook", ServiceRegistration.class,
					() -> new ServiceRegistration("pollBook", pollBook).dependsOn("database"));
			context.refresh();
			if (count < WARM_UP) {
				this.services.add(new WeakReference<>(pollBook));
			}
		}
	}

	private static long usedHeap() {
		long least = Long.MAX_VALUE;
		for (int round = 0; round < 5; round++) {
			System.gc();
			Runtime runtime = Runtime.getRuntime();
			least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
		}
		return least;
	}

}
