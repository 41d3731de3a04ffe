// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.time.Patience;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

/**
 * Hands out services and what they provide: at once, or when they run, to those who wait.
 * Any thread may call it; it never waits inside the coordinator.
 */
final class ServiceAccess {

	private final Coordinator coordinator;

	ServiceAccess(Coordinator coordinator) {
		this.coordinator = coordinator;
	}

	/**
	 * Waits for a service without blocking.
	 * @param node the service
	 * @return is completed once it runs; cancelled, it waits no longer
	 */
	CompletableFuture<ServiceSnapshot> whenRunning(ServiceNode node) {
		CompletableFuture<ServiceSnapshot> future = this.coordinator
			.request((target, waiter) -> target.waiters().await(node, waiter));
		CompletableFuture<ServiceSnapshot> unused = future.whenComplete((snapshot, failure) -> {
			if (failure != null) {
				this.coordinator.submit((target) -> node.removeWaiter(future));
			}
		});
		return future;
	}

	/**
	 * Waits for a service.
	 * @param <T> its type
	 * @param node the service
	 * @param type its type
	 * @param timeout how long at most
	 * @return the service, which runs
	 * @throws InterruptedException if the thread was interrupted
	 */
	<T> T get(ServiceNode node, Class<T> type, Duration timeout) throws InterruptedException {
		T instance = node.instance(type);
		ServiceSnapshot now = node.snapshot;
		if (now.state() == ServiceState.RUNNING && now.stopReason() == null) {
			return instance;
		}
		CompletableFuture<ServiceSnapshot> running = whenRunning(node);
		try {
			Patience.get(running, timeout);
			return instance;
		}
		catch (TimeoutException ex) {
			throw new ServiceException(node.name(),
					"Service '%s' does not run within %s: %s".formatted(node.name(), timeout, describe(node)),
					node.snapshot.failure());
		}
		catch (ExecutionException ex) {
			throw new ServiceException(node.name(),
					"Service '%s' does not run: %s".formatted(node.name(), describe(node)), ex.getCause());
		}
		finally {
			running.cancel(false);
		}
	}

	/**
	 * What a service provides now.
	 * @param <T> the type
	 * @param node the service
	 * @param type the type
	 * @return the value
	 * @throws ServiceException if there is none, or it has another type
	 */
	<T> T provided(ServiceNode node, Class<T> type) {
		Object value = published(node);
		if (value != null) {
			return Provision.cast(node, value, type);
		}
		Provision provision = node.provision;
		boolean leaves = provision != null && provision.value != null && node.snapshot.state() == ServiceState.RUNNING;
		throw leaves ? new ServiceException(node.name(),
				"Service '%s' is about to stop, and provides nothing any more".formatted(node.name()),
				node.snapshot.failure()) : Provisions.nothing(node, node.snapshot.state(), describe(node));
	}

	private static @Nullable Object published(ServiceNode node) {
		Provision provision = node.provision;
		return (provision != null) ? provision.published : null;
	}

	/**
	 * Waits without blocking for what a service provides.
	 * @param <T> the type
	 * @param node the service
	 * @param type the type
	 * @return is completed with the value; cancelled, it waits no longer
	 */
	<T> CompletableFuture<T> whenProvided(ServiceNode node, Class<T> type) {
		CompletableFuture<T> provided = this.coordinator
			.request((target, future) -> target.waiters().await(node, new ProvidedWaiter<>(type, future)));
		CompletableFuture<T> unused = provided.whenComplete((value, failure) -> {
			if (failure != null) {
				this.coordinator.submit((target) -> node.provision().remove(provided));
			}
		});
		return provided;
	}

	/**
	 * Waits for what a service provides.
	 * @param <T> the type
	 * @param node the service
	 * @param type the type
	 * @param timeout how long at most
	 * @return the value
	 * @throws InterruptedException if the thread was interrupted
	 */
	<T> T awaitProvided(ServiceNode node, Class<T> type, Duration timeout) throws InterruptedException {
		Object value = published(node);
		if (value != null) {
			return Provision.cast(node, value, type);
		}
		CompletableFuture<T> provided = whenProvided(node, type);
		try {
			return Patience.get(provided, timeout);
		}
		catch (TimeoutException ex) {
			throw new ServiceException(node.name(),
					"Service '%s' has provided nothing within %s: %s".formatted(node.name(), timeout, describe(node)),
					node.snapshot.failure());
		}
		catch (ExecutionException ex) {
			throw new ServiceException(node.name(),
					(ex.getCause() != null) ? String.valueOf(ex.getCause().getMessage()) : "", ex.getCause());
		}
		finally {
			provided.cancel(false);
		}
	}

	private String describe(ServiceNode node) {
		return this.coordinator.blockers().describe(node);
	}

}
