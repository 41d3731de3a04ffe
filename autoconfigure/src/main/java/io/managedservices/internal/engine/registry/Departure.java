// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.registry;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.text.FailureText;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

/**
 * Services that are forgotten together, once all of them are at rest. Confined to the
 * coordinator.
 */
final class Departure {

	private final List<ServiceNode> nodes;

	private final Set<ServiceNode> busy;

	/** Those that had failed before. */
	private final Set<ServiceNode> failed = new HashSet<>();

	/** Completed inside the coordinator, so that nothing of the user may hang on it. */
	private final CompletableFuture<Void> done = new CompletableFuture<>();

	Departure(List<ServiceNode> nodes) {
		this.nodes = new ArrayList<>(nodes);
		this.busy = new HashSet<>(nodes);
		nodes.stream().filter((node) -> node.state() == ServiceState.FAILED).forEach(this.failed::add);
	}

	List<ServiceNode> nodes() {
		return this.nodes;
	}

	/**
	 * A service was looked at.
	 * @param node the service
	 * @return whether it was the last one that was not at rest
	 */
	boolean evaluated(ServiceNode node) {
		boolean rests = !node.isActive() && node.state() != ServiceState.PREPARING;
		return rests && this.busy.remove(node) && this.busy.isEmpty();
	}

	boolean isBusy() {
		return !this.busy.isEmpty();
	}

	/**
	 * When all of it is over.
	 * @return completed when they are forgotten; to be used inside the coordinator
	 */
	CompletableFuture<Void> done() {
		return this.done;
	}

	/**
	 * They are about to be forgotten.
	 * @return what one of them could not be stopped for, or {@code null}
	 */
	@Nullable ServiceException failure() {
		for (ServiceNode node : this.nodes) {
			Throwable failure = node.vitals().failure();
			if (node.state() == ServiceState.FAILED && !this.failed.contains(node) && failure != null) {
				return new ServiceException(node.name(), "Service '%s' was unregistered, and could not be stopped: %s"
					.formatted(node.name(), FailureText.of(failure)), failure);
			}
		}
		return null;
	}

	void complete(@Nullable Throwable failure) {
		if (failure != null) {
			this.done.completeExceptionally(failure);
		}
		else {
			this.done.complete(null);
		}
	}

}
