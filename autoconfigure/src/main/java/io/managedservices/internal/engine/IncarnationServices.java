// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import io.managedservices.ServiceRegistration;
import io.managedservices.SubServices;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Incarnation;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.kernel.ServiceNode.Membership;
import io.managedservices.internal.graph.Candidates;
import io.managedservices.internal.text.Misuse;
import io.managedservices.monitor.OperationRefusedException;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

/**
 * The services that belong to one incarnation. Immutable; entered by any thread.
 *
 * @param rooms the rooms of the engine
 * @param owner the service
 * @param incarnation the incarnation
 */
record IncarnationServices(Rooms rooms, ServiceNode owner, Incarnation incarnation) implements SubServices {

	@Override
	public CompletableFuture<Void> register(ServiceRegistration... registrations) {
		try {
			return register(false, registrations);
		}
		catch (OperationRefusedException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private CompletableFuture<Void> register(boolean within, ServiceRegistration... registrations) {
		Candidates candidates = this.rooms.read(registrations);
		this.rooms.keepLeases(candidates);
		return coordinator().ask(() -> {
			check(within, candidates);
			CompletableFuture<Void> future = new CompletableFuture<>();
			this.rooms.registrations.register(candidates, new Membership(this.owner, within), future);
			return future;
		});
	}

	private Coordinator coordinator() {
		return this.rooms.coordinator;
	}

	private void check(boolean within, Candidates candidates) {
		List<String> names = candidates.definitions()
			.stream()
			.map((definition) -> "'" + definition.name() + "'")
			.toList();
		if (this.owner.incarnation() != this.incarnation || !this.owner.isUp() || !this.owner.isToRun()) {
			throw new IllegalStateException(
					"Service '%s' cannot register %s: expected an incarnation that is not to end. Register them in its start, or while it runs."
						.formatted(this.owner.name(), names));
		}
		if (within && this.owner.state() != ServiceState.STARTING) {
			throw Misuse.state(
					"Service '%s' runs already, and %s cannot start before it: expected STARTING. Call register instead of startBefore."
						.formatted(this.owner.name(), names));
		}
	}

	@Override
	public void startBefore(ServiceRegistration... registrations) throws InterruptedException {
		CompletableFuture<Void> running = register(true, registrations);
		this.incarnation.status("waiting for the services that start before it: %s"
			.formatted(Arrays.stream(registrations).map(ServiceRegistration::getName).toList()));
		try {
			running.get();
		}
		catch (CancellationException ex) {
			// From JDK 22 on it is wrapped in another one.
			Throwable why = (ex.getCause() != null) ? ex.getCause() : ex;
			throw new ServiceException(ServiceException.Kind.NOT_WANTED, this.owner.name(),
					"Service '%s' cannot start: %s".formatted(this.owner.name(), why.getMessage()), ex);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof ServiceException failure) ? failure
					: new ServiceException(this.owner.name(), String.valueOf(ex.getCause()), ex.getCause());
		}
	}

	@Override
	public CompletableFuture<Void> unregister(String... names) {
		try {
			return coordinator().ask(() -> {
				CompletableFuture<Void> future = new CompletableFuture<>();
				this.rooms.departures.unregister(members(names), false, future);
				return future;
			});
		}
		catch (OperationRefusedException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private Set<ServiceNode> members(String... names) {
		Set<ServiceNode> members = new LinkedHashSet<>();
		for (String name : names) {
			ServiceNode node = coordinator().roster().find(name);
			if (node == null || node.owner() != this.owner || this.owner.incarnation() != this.incarnation) {
				throw new IllegalArgumentException(
						"'%s' does not belong to this incarnation of service '%s': expected one of %s".formatted(name,
								this.owner.name(), present()));
			}
			members.add(node);
		}
		if (members.isEmpty()) {
			throw new IllegalArgumentException("At least one service has to be named");
		}
		return members;
	}

	@Override
	public List<String> names() {
		return coordinator().ask(this::present);
	}

	private List<String> present() {
		return (this.owner.incarnation() != this.incarnation) ? List.of()
				: this.rooms.departures.membersOf(this.owner).stream().map(ServiceNode::name).toList();
	}

}
