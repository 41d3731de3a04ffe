// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import io.managedservices.Conditions;
import io.managedservices.ServiceComponent;
import io.managedservices.ServiceContext;
import io.managedservices.event.ServiceEvents;
import io.managedservices.internal.call.UserCall;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;
import io.managedservices.state.StopReason;
import io.managedservices.work.ServiceWork;

/**
 * One incarnation of a service, as its methods see it. Entered by any thread; the
 * coordinator alone ends it.
 */
final class Incarnation implements ServiceContext {

	private static final VarHandle STOPPING;

	static {
		try {
			STOPPING = MethodHandles.lookup().findVarHandle(Incarnation.class, "stopping", CompletableFuture.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private final Coordinator coordinator;

	private final ServiceNode node;

	private final int attempt;

	private volatile @Nullable StopReason stopReason;

	private volatile @Nullable CompletableFuture<StopReason> stopping;

	/** Most have none: not even the field is set then. */
	private volatile @Nullable Long lastBeat;

	Incarnation(Coordinator coordinator, ServiceNode node, int attempt) {
		this.coordinator = coordinator;
		this.node = node;
		this.attempt = attempt;
	}

	@Override
	public String name() {
		return this.node.name();
	}

	@Override
	public int attempt() {
		return this.attempt;
	}

	@Override
	public boolean isStopping() {
		boolean ending = this.stopReason != null;
		UserCall.look(this, ending);
		return ending;
	}

	@Override
	public @Nullable StopReason stopReason() {
		return this.stopReason;
	}

	@Override
	public CompletionStage<StopReason> stopping() {
		CompletableFuture<StopReason> result = this.stopping;
		if (result == null) {
			CompletableFuture<StopReason> created = new CompletableFuture<>();
			result = STOPPING.compareAndSet(this, null, created) ? created : Objects.requireNonNull(this.stopping);
		}
		StopReason reason = this.stopReason;
		if (reason != null) {
			result.complete(reason);
		}
		return result.minimalCompletionStage();
	}

	/**
	 * Ends this incarnation. The stage is completed outside the coordinator.
	 * @param reason why
	 */
	void end(StopReason reason) {
		if (this.stopReason == null) {
			this.stopReason = reason;
			CompletableFuture<StopReason> future = this.stopping;
			if (future != null) {
				this.coordinator.deliver(() -> future.complete(reason));
			}
		}
	}

	@Override
	public <T> T dependency(String name, Class<T> type) {
		for (ServiceDependency dependency : this.node.definition.descriptor().dependencies()) {
			if (dependency.kind() == Kind.REQUIRED && dependency.name().equals(name)) {
				return Provisions.forDependent(this.coordinator.node(name), type);
			}
		}
		throw new IllegalArgumentException(
				"Service '%s' does not depend on '%s': add it to dependsOn of '%s'. It depends on %s.".formatted(name(),
						name, name(),
						this.node.definition.descriptor()
							.dependencies()
							.stream()
							.filter((dependency) -> dependency.kind() == Kind.REQUIRED)
							.map(ServiceDependency::name)
							.toList()));
	}

	@Override
	public void provide(Object value) {
		Objects.requireNonNull(value, "value");
		Class<?> declared = this.node.definition.provides();
		if (declared != null && !declared.isInstance(value)) {
			throw new IllegalArgumentException(
					"Service '%s' provides a value of another type than it is declared to: expected '%s', found '%s'. Correct provides of '%s'."
						.formatted(name(), declared.getName(), value.getClass().getName(), name()));
		}
		// Whoever asks after this has returned sees it.
		this.coordinator.ask((target) -> {
			target.provisions().provide(this.node, this, value);
			return value;
		});
	}

	@Override
	public void fail(Throwable cause) {
		Objects.requireNonNull(cause, "cause");
		this.coordinator.submit((target) -> target.failures().failed(this.node, this, cause));
	}

	@Override
	public void complete() {
		this.coordinator.submit((target) -> target.completed(this.node, this));
	}

	@Override
	public void beat() {
		this.lastBeat = this.coordinator.nanoTime();
	}

	/**
	 * When the service last gave a beat.
	 * @return the time, {@link Long#MIN_VALUE} before the first
	 */
	long lastBeat() {
		Long beat = this.lastBeat;
		return (beat != null) ? beat : Long.MIN_VALUE;
	}

	@Override
	public void status(String text) {
		this.coordinator.submit((target) -> target.status(this.node, this, text));
	}

	@Override
	public Conditions conditions() {
		return new IncarnationConditions(this.coordinator, this.node, this);
	}

	@Override
	public void reportError(Throwable cause) {
		Objects.requireNonNull(cause, "cause");
		this.coordinator.submit((target) -> target.reporting().error(this.node, this, cause));
	}

	@Override
	public void clearErrors() {
		this.coordinator.submit((target) -> target.reporting().clearErrors(this.node, this));
	}

	@Override
	public ServiceWork work() {
		return current().work();
	}

	@Override
	public ServiceEvents events() {
		return current().events();
	}

	private NodeWork.Current current() {
		NodeWork work = this.node.work;
		NodeWork.Current known = (work != null) ? work.current(this) : null;
		if (known != null) {
			return known;
		}
		if (this.attempt == 0) {
			throw new IllegalStateException(
					"Service '%s' is only being prepared: its work begins in its start at the earliest"
						.formatted(name()));
		}
		return this.coordinator.ask((target) -> target.works().of(this.node).begin(this));
	}

	@Override
	public void component(String name, ServiceComponent component) {
		Objects.requireNonNull(component, "component");
		if (name.isBlank()) {
			throw new IllegalArgumentException(
					"A component of service '%s' has a blank name: expected at least one visible character, found '%s' for one of type '%s'"
						.formatted(name(), name, component.getClass().getName()));
		}
		this.coordinator.ask((target) -> {
			target.reporting().add(this.node, this, name, component);
			return name;
		});
	}

}
