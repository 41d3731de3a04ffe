// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import io.managedservices.internal.engine.await.ProvidedWaiter;
import io.managedservices.internal.engine.await.Provisions;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.run.RunControl;
import io.managedservices.internal.time.Patience;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceException.Kind;
import io.managedservices.state.ServiceState;

/**
 * Hands out services and what they provide: at once, or when they run, to those who wait.
 * Any thread may call it; it never waits inside the coordinator.
 */
final class ServiceAccess {

	private final Rooms rooms;

	private final Coordinator coordinator;

	ServiceAccess(Rooms rooms) {
		this.rooms = rooms;
		this.coordinator = rooms.coordinator;
	}

	/**
	 * Waits for a service without blocking.
	 * @param node the service
	 * @return is completed once it runs; cancelled, it waits no longer
	 */
	CompletableFuture<ServiceSnapshot> whenRunning(ServiceNode node) {
		CompletableFuture<ServiceSnapshot> future = this.coordinator
			.request((waiter) -> this.rooms.waiters.await(node, waiter, this.rooms.run.whyNot(node)));
		CompletableFuture<ServiceSnapshot> unused = future.whenComplete((snapshot, failure) -> {
			if (failure != null) {
				this.coordinator.run(() -> this.rooms.waiters.remove(node, future));
			}
		});
		return future;
	}

	/**
	 * Waits until there is a service of a name without blocking.
	 * @param name the name
	 * @return is completed once there is; cancelled, it waits no longer
	 */
	CompletableFuture<ServiceSnapshot> whenRegistered(String name) {
		ServiceNode known = this.coordinator.roster().find(name);
		if (known != null && !known.departing()) {
			return CompletableFuture.completedFuture(known.snapshot());
		}
		CompletableFuture<ServiceSnapshot> future = this.coordinator
			.request((waiter) -> this.rooms.waiters.awaitName(name, waiter, this.rooms.run.whyNone()));
		CompletableFuture<ServiceSnapshot> unused = future.whenComplete((snapshot, failure) -> {
			if (failure != null) {
				this.coordinator.run(() -> this.rooms.waiters.removeName(name, future));
			}
		});
		return future;
	}

	/**
	 * Waits until a service is down without blocking.
	 * @param node the service
	 * @return is completed once it is; cancelled, it waits no longer
	 */
	CompletableFuture<ServiceSnapshot> whenStopped(ServiceNode node) {
		CompletableFuture<ServiceSnapshot> future = this.coordinator
			.request((waiter) -> this.rooms.waiters.awaitDown(node, waiter));
		CompletableFuture<ServiceSnapshot> unused = future.whenComplete((snapshot, failure) -> {
			if (failure != null) {
				this.coordinator.run(() -> this.rooms.waiters.remove(node, future));
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
		awaitRunning(node, timeout);
		return instance;
	}

	/**
	 * Waits until a service runs.
	 * @param node the service
	 * @param timeout how long at most
	 * @throws InterruptedException if the thread was interrupted
	 * @throws ServiceException if it failed, is not to run, or does not run in time
	 */
	void awaitRunning(ServiceNode node, Duration timeout) throws InterruptedException {
		ServiceSnapshot now = node.snapshot();
		if (now.state() == ServiceState.RUNNING && now.stopReason() == null) {
			return;
		}
		CompletableFuture<ServiceSnapshot> running = whenRunning(node);
		try {
			Patience.get(running, timeout);
		}
		catch (TimeoutException ex) {
			throw new ServiceException(Kind.NOT_IN_TIME, node.name(),
					"Service '%s' does not run within %s: %s".formatted(node.name(), timeout, describe(node)),
					node.snapshot().failure());
		}
		catch (ExecutionException ex) {
			throw new ServiceException(kind(ex), node.name(),
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
		Object value = this.rooms.provisions.published(node);
		if (value != null) {
			return Provisions.cast(node, value, type);
		}
		boolean leaves = this.rooms.provisions.value(node) != null && node.snapshot().state() == ServiceState.RUNNING;
		throw leaves ? new ServiceException(Kind.NOT_IN_TIME, node.name(),
				"Service '%s' is about to stop, and provides nothing any more".formatted(node.name()),
				node.snapshot().failure()) : Provisions.nothing(node, node.snapshot().state(), describe(node));
	}

	/**
	 * Waits without blocking for what a service provides.
	 * @param <T> the type
	 * @param node the service
	 * @param type the type
	 * @return is completed with the value; cancelled, it waits no longer
	 */
	<T> CompletableFuture<T> whenProvided(ServiceNode node, Class<T> type) {
		CompletableFuture<T> provided = this.coordinator.request((future) -> this.rooms.waiters.await(node,
				new ProvidedWaiter<>(type, future), this.rooms.run.whyNot(node)));
		CompletableFuture<T> unused = provided.whenComplete((value, failure) -> {
			if (failure != null) {
				this.coordinator.run(() -> this.rooms.provisions.remove(node, provided));
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
		Object value = this.rooms.provisions.published(node);
		if (value != null) {
			return Provisions.cast(node, value, type);
		}
		CompletableFuture<T> provided = whenProvided(node, type);
		try {
			return Patience.get(provided, timeout);
		}
		catch (TimeoutException ex) {
			throw new ServiceException(Kind.NOT_IN_TIME, node.name(),
					"Service '%s' has provided nothing within %s: %s".formatted(node.name(), timeout, describe(node)),
					node.snapshot().failure());
		}
		catch (ExecutionException ex) {
			throw new ServiceException(kind(ex), node.name(),
					(ex.getCause() != null) ? String.valueOf(ex.getCause().getMessage()) : "", ex.getCause());
		}
		finally {
			provided.cancel(false);
		}
	}

	private static Kind kind(ExecutionException failure) {
		return (failure.getCause() instanceof ServiceException exception) ? exception.getKind() : Kind.FAILED;
	}

	private String describe(ServiceNode node) {
		ServiceSnapshot now = node.snapshot();
		boolean undemanded = now.activation() == Activation.ON_DEMAND && now.reason() == null
				&& (now.state() == ServiceState.NEW || now.state() == ServiceState.STOPPED);
		return undemanded ? RunControl.UNDEMANDED : this.rooms.blockers.describe(node);
	}

}
