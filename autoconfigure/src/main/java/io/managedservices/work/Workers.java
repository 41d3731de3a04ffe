package io.managedservices.work;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.managedservices.WorkSnapshot.WorkerStatus;

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
			this.scope.onEnd(() -> List.copyOf(this.workers).forEach(Supervision::tellToEnd));
		}
		this.workers.add(worker);
	}

	void remove(Supervision worker) {
		this.workers.remove(worker);
	}

	List<WorkerStatus> statuses() {
		return this.workers.stream().map(Supervision::status).toList();
	}

}
