// SPDX-License-Identifier: Apache-2.0
package io.managedservices.metrics;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import io.managedservices.ManagedServices;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleEvent.Hanging;
import io.managedservices.monitor.LifecycleEvent.ServiceFailed;
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

	private final StateCounts counts = new StateCounts();

	private final Map<String, Progress> progresses = new HashMap<>();

	MeteringListener(MeterRegistry registry, ManagedServices services) {
		this.registry = registry;
		this.services = services;
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
				progress(snapshot.name()).moveTo(snapshot.state());
			}
		}
	}

	@Override
	public boolean supportsExposedEvents() {
		return false;
	}

	@Override
	public synchronized void onEvent(LifecycleEvent event) {
		if (event instanceof StateChanged changed) {
			progress(changed.service().name()).changed(changed);
		}
		else if (event instanceof StopFailed failed) {
			progress(failed.service().name()).meters.failed();
		}
		else if (event instanceof Hanging hanging) {
			progress(hanging.service().name()).meters.hung();
		}
		else if (event instanceof ServiceFailed failed) {
			progress(failed.service().name()).meters.erred(failed.failure().name());
		}
		else if (event instanceof WorkFailed failed) {
			progress(failed.service().name()).meters.workFailed(failed.failure().kind());
		}
	}

	private Progress progress(String service) {
		return this.progresses.computeIfAbsent(service,
				(name) -> new Progress(new ServiceMeters(this.registry, this.services, name)));
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
			if (next == ServiceState.RUNNING) {
				this.meters.started(service.timings());
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
