// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lifecycle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ApplicationContextEvent;
import org.springframework.context.event.ContextRefreshedEvent;

import io.managedservices.internal.declare.ServiceExtension;
import io.managedservices.internal.line.GuardedLog;
import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.time.Patience;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceState;

/**
 * Keeps the process alive while something goes on in services, and only then: an
 * application without web ends after its last runner otherwise, as one without services
 * does. What keeps it alive is a thread that is not a daemon, which looks once in a
 * while. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class KeepAlive implements LifecycleListener, DisposableBean {

	private static final Log logger = LineLog.of(KeepAlive.class);

	/** How long the process may go on although nothing does. */
	private static final long INTERVAL_MILLIS = 500;

	/** How many services the log names. */
	private static final int NAMED = 3;

	private final ApplicationContext context;

	private final DeferredManagedServices services;

	private final Set<String> gates;

	private final Iterable<ServiceExtension> extensions;

	private final CountDownLatch destroyed = new CountDownLatch(1);

	private volatile @Nullable Thread thread;

	/** Whether there was work since the thread has looked. */
	private volatile boolean added;

	/**
	 * Create it.
	 * @param context the context of the application
	 * @param services the services
	 * @param gates the names of those services that are gates
	 * @param extensions make services that go on by themselves
	 */
	public KeepAlive(ConfigurableApplicationContext context, DeferredManagedServices services, Set<String> gates,
			Iterable<ServiceExtension> extensions) {
		this.context = context;
		this.services = services;
		this.gates = gates;
		this.extensions = extensions;
		// As a bean of that type it would be found beside one of the user.
		context.addApplicationListener(this::heard);
		services.onWorkAdded(this::workAdded);
	}

	@Override
	public boolean supportsExposedEvents() {
		return false;
	}

	@Override
	public void onEvent(LifecycleEvent event) {
		if (event instanceof LifecycleEvent.StateChanged || event instanceof LifecycleEvent.Starting) {
			begin();
		}
	}

	private void heard(ApplicationEvent event) {
		if (event instanceof ApplicationReadyEvent ready && ready.getApplicationContext() == this.context) {
			begin();
			tell(ready.getSpringApplication());
		}
		else if (event instanceof ContextRefreshedEvent && isOwn((ApplicationContextEvent) event)) {
			begin();
		}
	}

	private boolean isOwn(ApplicationContextEvent event) {
		return event.getApplicationContext() == this.context;
	}

	// Who adds work may be the last thread that is not a daemon. It does not look whether
	// that goes on, which would take longer than a micro-task.
	private void workAdded() {
		// Written before the thread is read: the thread does it the other way round.
		if (!this.added) {
			this.added = true;
		}
		if (this.thread == null) {
			try {
				beginIf(true);
			}
			catch (RuntimeException | Error ex) {
				GuardedLog.error(logger, "The application is not kept alive by its work", ex);
			}
		}
	}

	private void begin() {
		beginIf(false);
	}

	private synchronized void beginIf(boolean known) {
		if (this.thread == null && this.destroyed.getCount() > 0 && (known || !reasons().isEmpty())) {
			Thread begun = new Thread(this::run, "managed-services-keep-alive");
			begun.setDaemon(false);
			Patience.startUninterruptibly(begun);
			this.thread = begun;
		}
	}

	private void run() {
		try {
			do {
				// What was added is not to be seen at once.
				this.destroyed.await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
			}
			while (isNeeded());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (RuntimeException | Error ex) {
			GuardedLog.error(logger, "The application is not kept alive any more", ex);
		}
	}

	private synchronized boolean isNeeded() {
		if (this.destroyed.getCount() > 0) {
			boolean recent = this.added;
			this.added = false;
			// What was added last may not be inside yet: it is looked for once more.
			if (recent || !reasons().isEmpty()) {
				return true;
			}
		}
		Thread current = this.thread;
		this.thread = null;
		if (this.destroyed.getCount() > 0 && this.added) {
			this.thread = current;
			return true;
		}
		return false;
	}

	@Override
	public void destroy() {
		this.destroyed.countDown();
	}

	/**
	 * What keeps the application alive.
	 * @return what, by the name of the service
	 */
	Map<String, String> reasons() {
		Map<String, String> reasons = new LinkedHashMap<>(this.services.activities());
		for (String gate : this.gates) {
			reasons.remove(gate);
		}
		if (this.services.isUp()) {
			for (ServiceSnapshot service : this.services.snapshots()) {
				String reason = reason(service);
				if (reason != null) {
					reasons.putIfAbsent(service.name(), reason);
				}
			}
		}
		return reasons;
	}

	private @Nullable String reason(ServiceSnapshot service) {
		if (this.gates.contains(service.name())) {
			return (service.state() != ServiceState.FAILED && isNeeded(service)) ? "it is a gate that others need"
					: null;
		}
		if (service.state() == ServiceState.RUNNING) {
			for (ServiceExtension extension : this.extensions) {
				if (extension.keepsAlive(service.name())) {
					return "it processes items";
				}
			}
		}
		return null;
	}

	private boolean isNeeded(ServiceSnapshot gate) {
		return this.services.snapshots()
			.stream()
			.filter((service) -> service.service().activation() != Activation.DISABLED)
			.flatMap((service) -> service.service().dependencies().stream())
			.anyMatch((dependency) -> dependency.kind() == ServiceDependency.Kind.REQUIRED
					&& dependency.name().equals(gate.name()));
	}

	private void tell(SpringApplication application) {
		if (application.getWebApplicationType() != WebApplicationType.NONE || this.services.snapshots().isEmpty()) {
			return;
		}
		Map<String, String> reasons = reasons();
		if (application.isKeepAlive()) {
			logger.info("The application goes on after its last runner: spring.main.keep-alive is true.");
		}
		else if (reasons.isEmpty()) {
			logger.info("Nothing in the services keeps the application alive: it ends with its last thread that is not "
					+ "a daemon, unless spring.main.keep-alive is true.");
		}
		else {
			logger.info("The application goes on after its last runner because of %s. It ends when that does."
				.formatted(text(reasons)));
		}
	}

	private static String text(Map<String, String> reasons) {
		List<String> texts = new ArrayList<>();
		reasons.entrySet()
			.stream()
			.limit(NAMED)
			.forEach((reason) -> texts.add("service '%s' (%s)".formatted(reason.getKey(), reason.getValue())));
		int others = reasons.size() - texts.size();
		return String.join(", ", texts) + ((others > 0) ? " and %d more".formatted(others) : "");
	}

}
