// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.await;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.Aspect;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Incarnation;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.report.Reporting;
import io.managedservices.internal.text.Misuse;
import io.managedservices.state.Condition;
import io.managedservices.state.Condition.Severity;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceException.Kind;
import io.managedservices.state.ServiceState;

/**
 * Publishes what services provide: with RUNNING, and no longer than they are to go on
 * running. Confined to the coordinator, but for what any thread may ask for.
 */
public final class Provisions implements Aspect.Entered, Aspect.Moved, Aspect.Evaluated, Aspect.ComeAndGo {

	/** The id of the warning about a value that is missing. */
	private static final String WARNING = "provides";

	private final Coordinator coordinator;

	private final Reporting reporting;

	/** Of services that provide something or are waited for, which are few. */
	private final Map<ServiceNode, Provision> provisions = new ConcurrentHashMap<>();

	/**
	 * Create provisions.
	 * @param coordinator the coordinator
	 * @param reporting is told of services that do not provide what they are declared to
	 */
	public Provisions(Coordinator coordinator, Reporting reporting) {
		this.coordinator = coordinator;
		this.reporting = reporting;
	}

	private Provision provision(ServiceNode node) {
		return this.provisions.computeIfAbsent(node, (provider) -> new Provision());
	}

	private @Nullable Provision known(ServiceNode node) {
		return this.provisions.isEmpty() ? null : this.provisions.get(node);
	}

	/**
	 * What a service provides to all: only while it runs and is to go on running. Any
	 * thread may ask.
	 * @param node the service
	 * @return the value, or {@code null} if there is none
	 */
	public @Nullable Object published(ServiceNode node) {
		Provision provision = known(node);
		return (provision != null) ? provision.published : null;
	}

	/**
	 * What a service provides to those that depend on it: from when it is provided until
	 * the service stops. Any thread may ask.
	 * @param node the service
	 * @return the value, or {@code null} if there is none
	 */
	public @Nullable Object value(ServiceNode node) {
		Provision provision = known(node);
		return (provision != null) ? provision.value : null;
	}

	void await(ServiceNode node, ProvidedWaiter<?> waiter) {
		Provision provision = provision(node);
		provision.add(waiter);
		update(node, provision);
	}

	/**
	 * Whether anybody waits for what a service provides.
	 * @param node the service
	 * @return whether anybody does
	 */
	public boolean isAwaited(ServiceNode node) {
		Provision provision = known(node);
		return provision != null && provision.hasWaiters();
	}

	/**
	 * Somebody waits no longer.
	 * @param node the service whose value it waited for
	 * @param future what was to be completed
	 */
	public void remove(ServiceNode node, CompletableFuture<?> future) {
		Provision provision = known(node);
		if (provision != null) {
			provision.remove(future);
		}
	}

	/**
	 * A service provides a value, instead of the one before if there was one.
	 * @param node the service
	 * @param incarnation the incarnation that provides it; ignored if it is over
	 * @param value the value
	 * @throws IllegalStateException if the service is only being prepared
	 */
	public void provide(ServiceNode node, Incarnation incarnation, Object value) {
		if (incarnation.attempt() == 0) {
			throw Misuse.state(
					"Service '%s' provides a value in its prepare: expected in its start, or later. Move it to its start."
						.formatted(node.name()));
		}
		if (node.incarnation() == incarnation && node.isUp()) {
			Provision provision = provision(node);
			provision.value = value;
			update(node, provision);
			this.reporting.resolveWarning(node, WARNING);
		}
	}

	// Whoever waits for what it has not provided would do so without a word.
	@Override
	public void moved(ServiceNode node, ServiceState from) {
		Class<?> declared = (node.state() == ServiceState.RUNNING) ? node.provides() : null;
		if (declared != null && value(node) == null) {
			this.reporting.warn(node, new Condition(WARNING, Severity.WARNING, "Nothing provided",
					"It runs, is declared to provide a '%s', and has not called ServiceContext.provide: who waits for that waits until it does. Call provide in its start, or remove provides from '%s'"
						.formatted(declared.getName(), node.name()),
					this.coordinator.instant()));
		}
	}

	@Override
	public void entered(ServiceNode node, ServiceState from) {
		Provision provision = known(node);
		if (provision != null) {
			if (!node.isUp()) {
				provision.value = null;
			}
			update(node, provision);
		}
	}

	@Override
	public void evaluated(ServiceNode node) {
		Provision provision = known(node);
		if (provision != null) {
			update(node, provision);
		}
	}

	@Override
	public void removed(ServiceNode node) {
		release(node, new ServiceException(node.name(),
				"Service '%s' does not run: it was unregistered".formatted(node.name()), null));
		this.provisions.remove(node);
	}

	private void update(ServiceNode node, Provision provision) {
		boolean available = node.state() == ServiceState.RUNNING && node.isToRun();
		Object value = available ? provision.value : null;
		provision.published = value;
		if (value != null && provision.hasWaiters()) {
			List<ProvidedWaiter<?>> waiters = provision.takeWaiters();
			waiters.forEach((waiter) -> this.coordinator.deliver(() -> waiter.complete(node, value)));
		}
	}

	/**
	 * Tells those who wait for a value that there will be none.
	 * @param node the service
	 * @param failure why not
	 */
	void release(ServiceNode node, ServiceException failure) {
		Provision provision = known(node);
		if (provision != null) {
			provision.takeWaiters()
				.forEach((waiter) -> this.coordinator.deliver(() -> waiter.future().completeExceptionally(failure)));
		}
	}

	/**
	 * What a dependent sees of a service: the value that it provides, else the service
	 * itself. May be called by any thread.
	 * @param <T> the type
	 * @param node the service
	 * @param type the type
	 * @return the one that is of that type
	 * @throws ServiceException if neither is
	 */
	public <T> T forDependent(ServiceNode node, Class<T> type) {
		Object value = value(node);
		if (type.isInstance(value)) {
			return type.cast(value);
		}
		if (type.isInstance(node.definition().instance())) {
			return node.instance(type);
		}
		Class<?> declared = node.provides();
		if (value != null) {
			return cast(node, value, type);
		}
		if (declared != null && type.isAssignableFrom(declared)) {
			throw nothing(node, node.snapshot().state(), null);
		}
		return node.instance(type);
	}

	/**
	 * The failure that there is no value.
	 * @param node the service
	 * @param state its state
	 * @param why why it does not run, if it does not and that is known
	 * @return the failure
	 */
	public static ServiceException nothing(ServiceNode node, ServiceState state, @Nullable String why) {
		String text = (state == ServiceState.RUNNING)
				? "Service '%s' runs and has provided nothing yet: expected a call of ServiceContext.provide in its start"
				: "Service '%s' provides nothing while it does not run: it is %s";
		return new ServiceException(kind(state), node.name(), text.formatted(node.name(), (why != null) ? why : state),
				node.snapshot().failure());
	}

	private static Kind kind(ServiceState state) {
		return switch (state) {
			case FAILED -> Kind.FAILED;
			case NEW, STOPPED -> Kind.NOT_WANTED;
			default -> Kind.NOT_IN_TIME;
		};
	}

	/**
	 * Makes sure that what is provided is of a type.
	 * @param <T> the type
	 * @param node the service
	 * @param value what it provides
	 * @param type the type
	 * @return the value
	 * @throws ServiceException if it is not of that type
	 */
	public static <T> T cast(ServiceNode node, Object value, Class<T> type) {
		if (!type.isInstance(value)) {
			throw new ServiceException(Kind.WRONG_TYPE, node.name(),
					"Service '%s' provides a value of another type: expected '%s', found '%s'.".formatted(node.name(),
							type.getName(), value.getClass().getName()),
					null);
		}
		return type.cast(value);
	}

}
