// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.managedservices.monitor.LifecycleEvent;

/**
 * The events of a service as their source: how many there were, and where some wait until
 * it runs. Confined to the coordinator, but for {@link #emitted} and
 * {@link #exposedDropped}.
 */
final class Outbox {

	private final ServiceWorkload workload;

	private final Set<Mailbox> waiting = new LinkedHashSet<>();

	private final Tally emitted = new Tally();

	private final Tally exposedDropped = new Tally();

	Outbox(ServiceWorkload workload) {
		this.workload = workload;
	}

	ServiceWorkload workload() {
		return this.workload;
	}

	String serviceName() {
		return this.workload.name();
	}

	/**
	 * The work of the service, if it runs.
	 * @return its work, or {@code null} while it does not run
	 */
	@Nullable WorkScope running() {
		WorkScope scope = this.workload.current();
		return (scope != null && scope.isRunning()) ? scope : null;
	}

	/**
	 * Events of this service wait until it runs.
	 * @param mailbox where they wait
	 */
	void waitsIn(Mailbox mailbox) {
		this.waiting.add(mailbox);
	}

	/**
	 * The service has come to run.
	 */
	void resume() {
		List<Mailbox> resumed = List.copyOf(this.waiting);
		this.waiting.clear();
		resumed.forEach(Mailbox::resume);
	}

	/**
	 * An attempt of the service to start has failed.
	 */
	void attemptFailed() {
		List.copyOf(this.waiting).forEach(Mailbox::dropVoid);
	}

	/**
	 * Tells listeners of an event, unless too many wait for them already.
	 * @param event one whose type is exposed
	 */
	void expose(Object event) {
		if (!this.workload.owner().tell(new LifecycleEvent.Emitted(serviceName(), event))) {
			this.exposedDropped.add(1);
		}
	}

	void count() {
		this.emitted.add(1);
	}

	long emitted() {
		return this.emitted.get();
	}

	long exposedDropped() {
		return this.exposedDropped.get();
	}

}
