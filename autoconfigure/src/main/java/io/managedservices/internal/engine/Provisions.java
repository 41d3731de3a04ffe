// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.state.Condition;
import io.managedservices.state.Condition.Severity;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

/**
 * Publishes what services provide: with RUNNING, and no longer than they are to go on
 * running. Confined to the coordinator.
 */
final class Provisions {

	/** The id of the warning about a value that is missing. */
	private static final String WARNING = "provides";

	private final Coordinator coordinator;

	Provisions(Coordinator coordinator) {
		this.coordinator = coordinator;
	}

	/**
	 * A service provides a value, instead of the one before if there was one.
	 * @param node the service
	 * @param incarnation the incarnation that provides it; ignored if it is over
	 * @param value the value
	 * @throws IllegalStateException if the service is only being prepared
	 */
	void provide(ServiceNode node, Incarnation incarnation, Object value) {
		if (incarnation.attempt() == 0) {
			throw new IllegalStateException(
					"Service '%s' provides a value in its prepare: expected in its start, or later. Move it to its start."
						.formatted(node.name()));
		}
		if (node.incarnation == incarnation && isUp(node)) {
			Provision provision = node.provision();
			provision.value = value;
			update(node, provision);
			this.coordinator.reporting().resolveWarning(node, WARNING);
		}
	}

	/**
	 * A service has come to run: warns if it has not provided what it is declared to,
	 * since whoever waits for that would do so without a word.
	 * @param node the service
	 */
	void running(ServiceNode node) {
		Class<?> declared = node.definition.provides();
		Provision provision = node.provision;
		if (declared != null && (provision == null || provision.value == null)) {
			this.coordinator.reporting()
				.warn(node, new Condition(WARNING, Severity.WARNING, "Nothing provided",
						"It runs, is declared to provide a '%s', and has not called ServiceContext.provide: who waits for that waits until it does. Call provide in its start, or remove provides from '%s'"
							.formatted(declared.getName(), node.name()),
						this.coordinator.instant()));
		}
	}

	private static boolean isUp(ServiceNode node) {
		return node.state == ServiceState.STARTING || node.state == ServiceState.RUNNING;
	}

	/**
	 * A service has come into another state, which is not published yet.
	 * @param node the service
	 * @param provision what it provides
	 */
	void moved(ServiceNode node, Provision provision) {
		if (!isUp(node)) {
			provision.value = null;
		}
		update(node, provision);
	}

	/**
	 * Publishes what a service provides, or does not any more.
	 * @param node the service
	 * @param provision what it provides
	 */
	void update(ServiceNode node, Provision provision) {
		boolean available = node.state == ServiceState.RUNNING && node.isToRun();
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
		Provision provision = node.provision;
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
	static <T> T forDependent(ServiceNode node, Class<T> type) {
		Provision provision = node.provision;
		Object value = (provision != null) ? provision.value : null;
		if (type.isInstance(value)) {
			return type.cast(value);
		}
		if (type.isInstance(node.definition.instance())) {
			return node.instance(type);
		}
		Class<?> declared = node.definition.provides();
		if (value != null) {
			return Provision.cast(node, value, type);
		}
		if (declared != null && type.isAssignableFrom(declared)) {
			throw nothing(node, node.snapshot.state(), null);
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
	static ServiceException nothing(ServiceNode node, ServiceState state, @Nullable String why) {
		String text = (state == ServiceState.RUNNING)
				? "Service '%s' runs and has provided nothing yet: expected a call of ServiceContext.provide in its start"
				: "Service '%s' provides nothing while it does not run: it is %s";
		return new ServiceException(node.name(), text.formatted(node.name(), (why != null) ? why : state),
				node.snapshot.failure());
	}

}
