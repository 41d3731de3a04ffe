// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.work.core.Tally;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.internal.work.core.Workplace;
import io.managedservices.monitor.LifecycleEvent;

/**
 * The events of a service as their source: how many there were, and where some wait until
 * it runs. Confined to the coordinator, but for {@link #emitted} and
 * {@link #exposedDropped}.
 */
final class Outbox {

	private final Workplace workplace;

	private final Set<Mailbox> waiting = new LinkedHashSet<>();

	private final Tally emitted = new Tally();

	private final Tally exposedDropped = new Tally();

	private boolean forgotten;

	Outbox(Workplace workplace) {
		this.workplace = workplace;
	}

	Workplace workplace() {
		return this.workplace;
	}

	String serviceName() {
		return this.workplace.name();
	}

	/**
	 * The work of the service, if it runs.
	 * @return its work, or {@code null} while it does not run
	 */
	@Nullable WorkScope running() {
		return this.workplace.currentIfRunning();
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
	 * The service is forgotten: it never runs again.
	 */
	void forget() {
		this.forgotten = true;
		this.waiting.clear();
	}

	/**
	 * Whether the service is forgotten.
	 * @return whether what it emitted reaches nobody any more
	 */
	boolean isForgotten() {
		return this.forgotten;
	}

	/**
	 * Tells listeners of an event, unless too many wait for them already.
	 * @param event one whose type is exposed
	 */
	void expose(Object event) {
		if (!this.workplace.owner().tell(new LifecycleEvent.Emitted(serviceName(), event))) {
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
