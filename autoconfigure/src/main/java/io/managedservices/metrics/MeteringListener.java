// SPDX-License-Identifier: Apache-2.0
package io.managedservices.metrics;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import org.jspecify.annotations.Nullable;

import io.managedservices.ManagedServices;
import io.managedservices.internal.line.LineText;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleEvent.Hanging;
import io.managedservices.monitor.LifecycleEvent.RestartRequested;
import io.managedservices.monitor.LifecycleEvent.ServiceFailed;
import io.managedservices.monitor.LifecycleEvent.ServiceRegistered;
import io.managedservices.monitor.LifecycleEvent.ServiceUnregistered;
import io.managedservices.monitor.LifecycleEvent.Started;
import io.managedservices.monitor.LifecycleEvent.StateChanged;
import io.managedservices.monitor.LifecycleEvent.StopFailed;
import io.managedservices.monitor.LifecycleEvent.WorkFailed;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * Turns events into the meters of one registry. Events and the first snapshots may come
 * on different threads: its methods exclude each other, and none of them blocks.
 */
final class MeteringListener implements LifecycleListener {

	private final MeterRegistry registry;

	private final ManagedServices services;

	private final boolean states;

	/** How long the last start of all took, in nanoseconds. */
	private final AtomicReference<Double> lastStart = new AtomicReference<>(Double.NaN);

	private final StateCounts counts = new StateCounts();

	private final Map<String, Progress> progresses = new HashMap<>();

	/** Made with the first service that runs by one. */
	private @Nullable LeaseMeters leases;

	MeteringListener(MeterRegistry registry, ManagedServices services, boolean states) {
		this.registry = registry;
		this.services = services;
		this.states = states;
		TimeGauge.builder("managed.services.last.start", this.lastStart, TimeUnit.NANOSECONDS, AtomicReference::get)
			.description("How long the last start of all services took that has ended")
			.register(registry);
		this.counts.register(registry);
		new WorkloadMeters(services).register(registry);
	}

	/**
	 * Takes in how the services are. One that an event has told of already is left alone.
	 * @param snapshots the services
	 */
	synchronized void begin(List<ServiceSnapshot> snapshots) {
		for (ServiceSnapshot snapshot : snapshots) {
			if (!this.progresses.containsKey(snapshot.name())) {
				come(snapshot);
			}
		}
	}

	@Override
	public boolean supportsExposedEvents() {
		return false;
	}

	@Override
	public synchronized void onEvent(LifecycleEvent event) {
		if (event instanceof ServiceRegistered registered) {
			come(registered.service());
		}
		else if (event instanceof ServiceUnregistered unregistered) {
			forget(unregistered.service().name());
		}
		else if (event instanceof StateChanged changed) {
			measureLease(changed.service());
			progress(changed.service().name()).changed(changed);
		}
		else if (event instanceof Started started) {
			this.lastStart.set((double) started.duration().toNanos());
		}
		else if (event instanceof RestartRequested requested) {
			meters(requested.service(), (meters) -> meters.restarted());
		}
		else if (event instanceof StopFailed failed) {
			meters(failed.service(), (meters) -> meters.failed());
		}
		else if (event instanceof Hanging hanging) {
			meters(hanging.service(), (meters) -> meters.hung());
		}
		else if (event instanceof ServiceFailed failed) {
			meters(failed.service(), (meters) -> meters.erred(failed.failure().name()));
		}
		else if (event instanceof WorkFailed failed) {
			meters(failed.service(), (meters) -> meters.workFailed(failed.failure().kind()));
		}
	}

	private void come(ServiceSnapshot service) {
		measureLease(service);
		progress(service.name()).moveTo(service.state());
	}

	private void measureLease(ServiceSnapshot service) {
		String lease = service.service().lease();
		if (lease != null) {
			LeaseMeters meters = this.leases;
			if (meters == null) {
				meters = new LeaseMeters(this.registry, this.services);
				this.leases = meters;
			}
			meters.come(service.name(), lease);
		}
	}

	// What is told late of a service that is gone would bring its series back.
	private void meters(ServiceSnapshot service, Consumer<ServiceMeters> action) {
		Progress known = this.progresses.get(service.name());
		if (known != null) {
			action.accept(known.meters);
		}
	}

	// All series of a service go with it: else they would pile up. Those of items belong
	// to another listener, which may be ahead of this one.
	private void forget(String service) {
		Progress progress = this.progresses.remove(service);
		if (progress != null) {
			this.counts.leave(progress.state);
			progress.meters.forget();
		}
		if (this.leases != null) {
			this.leases.gone(service);
		}
		String tag = LineText.of(service);
		this.registry.getMeters()
			.stream()
			.filter((meter) -> isOfService(meter.getId().getName()) && tag.equals(meter.getId().getTag("service")))
			.forEach(this.registry::remove);
	}

	private static boolean isOfService(String meter) {
		return meter.startsWith("managed.services.") && !meter.startsWith(ItemMeters.PREFIX);
	}

	private Progress progress(String service) {
		return this.progresses.computeIfAbsent(service,
				(name) -> new Progress(new ServiceMeters(this.registry, this.services, name, this.states)));
	}

	/**
	 * How far a service has come.
	 */
	private final class Progress {

		private final ServiceMeters meters;

		private @Nullable ServiceState state;

		private boolean ran;

		private Progress(ServiceMeters meters) {
			this.meters = meters;
		}

		private void moveTo(ServiceState next) {
			MeteringListener.this.counts.move(this.state, next);
			this.state = next;
			this.ran = next == ServiceState.RUNNING || (this.ran && next == ServiceState.STOPPING);
		}

		private void changed(StateChanged event) {
			ServiceSnapshot service = event.service();
			ServiceState next = service.state();
			boolean hadRun = this.ran;
			moveTo(next);
			if (isAttempt(event)) {
				this.meters.attempted();
			}
			if (isFailure(event)) {
				this.meters.failed();
			}
			if (next == ServiceState.STARTING) {
				this.meters.starting();
			}
			else if (next != ServiceState.BACKOFF && next != ServiceState.STOPPING) {
				this.meters.endStart();
			}
			if (next == ServiceState.RUNNING) {
				this.meters.started(service.timings());
				this.meters.look();
			}
			else if (hadRun && !this.ran) {
				this.meters.stopped(service.timings(), next != ServiceState.FAILED);
			}
			else if (next == ServiceState.FAILED && event.previous() != ServiceState.PREPARING) {
				this.meters.gaveUp(service);
			}
		}

		/**
		 * A service that has no method to start comes to run without being in between.
		 * @param event the move
		 * @return whether an attempt to start begins with it
		 */
		private boolean isAttempt(StateChanged event) {
			ServiceState next = event.service().state();
			return next == ServiceState.STARTING
					|| (next == ServiceState.RUNNING && event.previous() != ServiceState.STARTING);
		}

		/**
		 * A failed attempt to start is cleaned up by a stop, unless there is nothing to
		 * clean up.
		 * @param event the move
		 * @return whether an attempt to prepare or to start has failed with it
		 */
		private boolean isFailure(StateChanged event) {
			ServiceState next = event.service().state();
			return switch (event.previous()) {
				case PREPARING -> next == ServiceState.FAILED;
				case STARTING -> next == ServiceState.BACKOFF || next == ServiceState.FAILED
						|| event.reason() == StopReason.START_FAILED;
				default -> false;
			};
		}

	}

}
