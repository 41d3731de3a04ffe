// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.managedservices.Conditions;
import io.managedservices.ServiceComponent;
import io.managedservices.SubServices;
import io.managedservices.event.ServiceEvents;
import io.managedservices.internal.engine.kernel.Incarnation;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.lease.HeldLease;
import io.managedservices.internal.engine.lease.LeaseControl;
import io.managedservices.internal.engine.work.OwnedWork;
import io.managedservices.internal.lease.Hold;
import io.managedservices.internal.text.Misuse;
import io.managedservices.internal.text.SettingKey;
import io.managedservices.lease.Lease;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;
import io.managedservices.state.ServiceState;
import io.managedservices.work.ServiceWork;

/**
 * What one incarnation of a service can do: each wish goes to the room that it is for.
 * Entered by any thread.
 */
final class ServiceIncarnation extends Incarnation {

	private final Rooms rooms;

	/** What is inside it, once it has asked for that. */
	private volatile @Nullable Inside inside;

	ServiceIncarnation(Rooms rooms, ServiceNode node, int attempt) {
		super(rooms.coordinator, node, attempt, hold(rooms, node));
		this.rooms = rooms;
	}

	private static @Nullable Hold hold(Rooms rooms, ServiceNode node) {
		LeaseControl control = rooms.leases.of(node);
		return (control != null) ? control.hold() : null;
	}

	@Override
	public Lease lease() {
		String lease = node().lease();
		if (lease == null) {
			throw Misuse.state("Service '%s' runs without a lease: expected one, set lease of @ManagedService or %s"
				.formatted(name(), SettingKey.ofService(name(), "lease")));
		}
		Hold hold = hold();
		if (hold == null) {
			throw Misuse
				.state("Service '%s' is only being prepared: it has its lease from its start on".formatted(name()));
		}
		return new HeldLease(name(), lease, hold);
	}

	@Override
	public <T> T dependency(String name, Class<T> type) {
		for (ServiceDependency dependency : node().definition().descriptor().dependencies()) {
			if (dependency.kind() == Kind.REQUIRED && dependency.name().equals(name)) {
				return this.rooms.provisions.forDependent(coordinator().existing(name), type);
			}
		}
		throw Misuse.argument("Service '%s' does not depend on '%s': add it to dependsOn of '%s'. It depends on %s."
			.formatted(name(), name, name(),
					node().definition()
						.descriptor()
						.dependencies()
						.stream()
						.filter((dependency) -> dependency.kind() == Kind.REQUIRED)
						.map(ServiceDependency::name)
						.toList()));
	}

	@Override
	public void provide(Object value) {
		Objects.requireNonNull(value, "value");
		Class<?> declared = node().provides();
		if (declared != null && !declared.isInstance(value)) {
			throw Misuse.argument(
					"Service '%s' provides a value of another type than it is declared to: expected '%s', found '%s'. Correct provides of '%s'."
						.formatted(name(), declared.getName(), value.getClass().getName(), name()));
		}
		// Whoever asks after this has returned sees it.
		coordinator().ask(() -> {
			this.rooms.provisions.provide(node(), this, value);
			return value;
		});
	}

	@Override
	public void fail(Throwable cause) {
		Objects.requireNonNull(cause, "cause");
		coordinator().run(() -> this.rooms.failures.failed(node(), this, cause));
	}

	@Override
	public void restart(String reason) {
		Objects.requireNonNull(reason, "reason");
		// Whoever asks in vain is told so.
		ServiceState state = coordinator().ask(() -> this.rooms.run.restart(node(), this, reason));
		if (state == ServiceState.PREPARING || state == ServiceState.STARTING) {
			throw Misuse.state(
					"Service '%s' asks for a restart while it is %s: expected RUNNING. Throw an exception there to have it tried again."
						.formatted(name(), state));
		}
	}

	@Override
	public void exit(int code) {
		if (code < 0 || code > 255) {
			throw new IllegalArgumentException(
					"The exit code of service '%s' is out of range: expected 0 to 255, found %d".formatted(name(),
							code));
		}
		coordinator().run(() -> this.rooms.run.exit(node(), this, code));
	}

	@Override
	public void complete() {
		coordinator().run(() -> this.rooms.run.completed(node(), this));
	}

	@Override
	public void status(String text) {
		coordinator().run(() -> {
			boolean busy = !node().state().isAtRest() || this.rooms.quiescence.isQuiescing(node());
			if (node().incarnation() == this && busy) {
				this.rooms.reporting.status(node(), text);
			}
		});
	}

	@Override
	public Conditions conditions() {
		return new IncarnationConditions(coordinator(), this.rooms.reporting, node(), this);
	}

	@Override
	public void reportError(Throwable cause) {
		Objects.requireNonNull(cause, "cause");
		coordinator().run(() -> this.rooms.reporting.error(node(), this, cause));
	}

	@Override
	public void clearErrors() {
		coordinator().run(() -> this.rooms.reporting.clearErrors(node(), this));
	}

	@Override
	public ServiceWork work() {
		return inside().work();
	}

	@Override
	public ServiceEvents events() {
		return inside().events();
	}

	private Inside inside() {
		Inside known = this.inside;
		if (known != null) {
			return known;
		}
		if (attempt() == 0) {
			throw Misuse.state("Service '%s' is only being prepared: its work begins in its start at the earliest"
				.formatted(name()));
		}
		return coordinator().ask(this::begin);
	}

	private Inside begin() {
		Inside known = this.inside;
		if (known == null) {
			OwnedWork owned = this.rooms.works.of(node()).owned();
			known = new Inside(owned.work(this), owned.events(this));
			this.inside = known;
		}
		return known;
	}

	@Override
	public SubServices services() {
		if (attempt() == 0) {
			throw Misuse.state("Service '%s' is only being prepared: services can belong to it from its start on"
				.formatted(name()));
		}
		return new IncarnationServices(this.rooms, node(), this);
	}

	@Override
	public ServiceComponent.Registration component(String name, ServiceComponent component) {
		Objects.requireNonNull(component, "component");
		if (name.isBlank()) {
			throw new IllegalArgumentException(
					"A component of service '%s' has a blank name: expected at least one visible character, found '%s' for one of type '%s'"
						.formatted(name(), name, component.getClass().getName()));
		}
		Runnable removal = coordinator().ask(() -> this.rooms.checks.add(node(), this, name, component));
		// What one thread hands over keeps its order: it finds the name free after this.
		return () -> coordinator().run(removal);
	}

	/**
	 * What is inside an incarnation.
	 *
	 * @param work its work
	 * @param events its events
	 */
	private record Inside(ServiceWork work, ServiceEvents events) {

	}

}
