// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.managedservices.monitor.WorkSnapshot.WorkerStatus;

/**
 * The workers of a service that have begun and not ended. Confined to the coordinator.
 */
final class Workers {

	private final Set<Supervision> workers = new LinkedHashSet<>();

	/** The scope that tells when they are to end. */
	private @Nullable WorkScope scope;

	void add(Supervision worker) {
		if (worker.scope() != this.scope) {
			this.scope = worker.scope();
			this.scope.onEnd(this::end);
		}
		this.workers.add(worker);
	}

	private void end() {
		List<Supervision> ending = List.copyOf(this.workers);
		// Else one that waits for a thread would get that of one that leaves because it
		// was told to end.
		ending.forEach(Supervision::withdrawIfWaiting);
		ending.forEach(Supervision::tellToEnd);
	}

	void remove(Supervision worker) {
		this.workers.remove(worker);
	}

	/**
	 * One of them.
	 * @return its name, or {@code null} if there is none
	 */
	@Nullable String first() {
		return this.workers.isEmpty() ? null : this.workers.iterator().next().name();
	}

	List<WorkerStatus> statuses() {
		return this.workers.stream().map(Supervision::status).toList();
	}

}
