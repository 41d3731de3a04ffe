// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.configure;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.managedservices.Demand;
import io.managedservices.ManagedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceState;

/**
 * Runs while a service of a parent context does, and demands that it does. To be used as
 * an engine uses a service: one method at a time; events come on threads of the parent's.
 */
final class ParentServiceGate implements ServiceLifecycle, LifecycleListener {

	private final String name;

	private final ManagedServices services;

	private final @Nullable Class<?> provides;

	private volatile CompletableFuture<Void> arrival = new CompletableFuture<>();

	private volatile @Nullable ServiceContext running;

	private volatile @Nullable Demand demand;

	ParentServiceGate(String name, ManagedServices services, @Nullable Class<?> provides) {
		this.name = name;
		this.services = services;
		this.provides = provides;
	}

	@Override
	public void start(ServiceContext context) throws Exception {
		context.status("waiting for service '%s' of the parent context, which is %s".formatted(this.name, described()));
		this.demand = this.services.demand(this.name);
		CompletableFuture<Void> awaited = new CompletableFuture<>();
		this.arrival = awaited;
		this.services.addListener(this);
		if (state() != ServiceState.RUNNING) {
			awaited.get();
		}
		if (this.provides != null) {
			context.provide(Objects.requireNonNull(this.services.provided(this.name, this.provides)));
		}
		this.running = context;
		checkHealth();
		context.status("service '%s' of the parent context runs".formatted(this.name));
	}

	@Override
	public void stop(ServiceContext context) {
		this.running = null;
		this.services.removeListener(this);
		Demand open = this.demand;
		if (open != null) {
			open.close();
			this.demand = null;
		}
	}

	@Override
	public void checkHealth() {
		ServiceState state = state();
		if (state != ServiceState.RUNNING) {
			throw notRunning(state);
		}
	}

	@Override
	public void onEvent(LifecycleEvent event) {
		if (event instanceof LifecycleEvent.StateChanged changed && changed.service().name().equals(this.name)) {
			stateChanged(changed.service().state());
		}
		// Here it still runs, until all that depends on it has stopped.
		ServiceContext context = this.running;
		if (context != null && event instanceof LifecycleEvent.EpisodeOpened opened
				&& opened.service().name().equals(this.name)) {
			context.fail(opened.cause());
		}
	}

	private void stateChanged(ServiceState state) {
		ServiceContext context = this.running;
		if (state == ServiceState.RUNNING) {
			this.arrival.complete(null);
		}
		else if (context != null) {
			context.fail(notRunning(state));
		}
	}

	@Override
	public boolean supportsExposedEvents() {
		return false;
	}

	private ServiceState state() {
		return this.services.snapshot(this.name).state();
	}

	private String described() {
		ServiceSnapshot service = this.services.snapshot(this.name);
		String reason = service.reason();
		return service.state() + ((reason != null) ? " (" + reason + ")" : "");
	}

	private IllegalStateException notRunning(ServiceState state) {
		return new IllegalStateException(
				"Service '%s' of the parent context does not run: it is %s".formatted(this.name, state));
	}

}
