// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.await;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.Aspect;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Facts;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.text.FailureText;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceException.Kind;
import io.managedservices.state.ServiceState;

/**
 * Those who wait for services, or for what they provide: they are told when there is
 * something, and when there will be nothing. Confined to the coordinator.
 */
public final class Waiters implements Aspect.Moved, Aspect.ComeAndGo {

	private final Coordinator coordinator;

	private final Provisions provisions;

	private final Facts<List<CompletableFuture<ServiceSnapshot>>> waiters;

	/** Those who wait until services are down. */
	private final Facts<List<CompletableFuture<ServiceSnapshot>>> waitersForDown;

	/** Those who wait for services that there are not. */
	private final Map<String, List<CompletableFuture<ServiceSnapshot>>> waitersForNames = new HashMap<>();

	/**
	 * Create waiters.
	 * @param coordinator the coordinator
	 * @param provisions what services provide
	 */
	public Waiters(Coordinator coordinator, Provisions provisions) {
		this.coordinator = coordinator;
		this.waiters = coordinator.facts();
		this.waitersForDown = coordinator.facts();
		this.provisions = provisions;
	}

	/**
	 * Waits for a service.
	 * @param node the service
	 * @param waiter is completed once it runs
	 * @param whyNot why it will not run, or {@code null} if it may
	 */
	public void await(ServiceNode node, CompletableFuture<ServiceSnapshot> waiter, @Nullable String whyNot) {
		this.waiters.of(node, (awaited) -> new ArrayList<>()).add(waiter);
		awaited(node, whyNot);
	}

	/**
	 * Waits until a service is down.
	 * @param node the service
	 * @param waiter is completed once it is
	 */
	public void awaitDown(ServiceNode node, CompletableFuture<ServiceSnapshot> waiter) {
		this.waitersForDown.of(node, (awaited) -> new ArrayList<>()).add(waiter);
		serveDown(node);
	}

	/**
	 * Tells those who wait until a service is down if it is.
	 * @param node the service
	 */
	public void serveDown(ServiceNode node) {
		if (!node.isActive() && node.state() != ServiceState.PREPARING) {
			serve(this.waitersForDown, node);
		}
	}

	/**
	 * Waits until there is a service of a name.
	 * @param name the name
	 * @param waiter is completed once there is
	 * @param whyNot why there will be none, or {@code null} if there may
	 */
	public void awaitName(String name, CompletableFuture<ServiceSnapshot> waiter, @Nullable String whyNot) {
		ServiceNode node = this.coordinator.roster().find(name);
		this.waitersForNames.computeIfAbsent(name, (awaited) -> new ArrayList<>()).add(waiter);
		if (node != null && !node.departing()) {
			added(node);
		}
		else if (whyNot != null) {
			releaseName(name, whyNot);
		}
	}

	/**
	 * Somebody waits no longer for a name.
	 * @param name the name
	 * @param waiter what was to be completed
	 */
	public void removeName(String name, CompletableFuture<ServiceSnapshot> waiter) {
		List<CompletableFuture<ServiceSnapshot>> known = this.waitersForNames.get(name);
		if (known != null) {
			known.removeIf((candidate) -> candidate == waiter);
			if (known.isEmpty()) {
				this.waitersForNames.remove(name);
			}
		}
	}

	@Override
	public void added(ServiceNode node) {
		List<CompletableFuture<ServiceSnapshot>> arrived = this.waitersForNames.remove(node.name());
		if (arrived != null) {
			ServiceSnapshot snapshot = node.snapshot();
			arrived.forEach((waiter) -> this.coordinator.deliver(() -> waiter.complete(snapshot)));
		}
	}

	/**
	 * Tells those who wait for services that there are not that there will be none.
	 * @param why why not
	 */
	public void releaseNames(String why) {
		List.copyOf(this.waitersForNames.keySet()).forEach((name) -> releaseName(name, why));
	}

	private void releaseName(String name, String why) {
		List<CompletableFuture<ServiceSnapshot>> released = this.waitersForNames.remove(name);
		if (released != null) {
			ServiceException failure = new ServiceException(name,
					"Service '%s' is not registered: %s".formatted(name, why), null);
			released.forEach((waiter) -> this.coordinator.deliver(() -> waiter.completeExceptionally(failure)));
		}
	}

	/**
	 * Waits for what a service provides.
	 * @param node the service
	 * @param waiter is completed once there is something
	 * @param whyNot why it will not run, or {@code null} if it may
	 */
	public void await(ServiceNode node, ProvidedWaiter<?> waiter, @Nullable String whyNot) {
		this.provisions.await(node, waiter);
		awaited(node, whyNot);
	}

	private void awaited(ServiceNode node, @Nullable String whyNot) {
		if (whyNot != null) {
			release(node, whyNot, null);
		}
		else {
			serve(node);
		}
	}

	/**
	 * Somebody waits no longer.
	 * @param node the service that it waited for
	 * @param waiter what was to be completed
	 */
	public void remove(ServiceNode node, CompletableFuture<ServiceSnapshot> waiter) {
		remove(this.waiters, node, waiter);
		remove(this.waitersForDown, node, waiter);
	}

	private static void remove(Facts<List<CompletableFuture<ServiceSnapshot>>> all, ServiceNode node,
			CompletableFuture<ServiceSnapshot> waiter) {
		List<CompletableFuture<ServiceSnapshot>> known = all.of(node);
		if (known != null) {
			known.removeIf((candidate) -> candidate == waiter);
			if (known.isEmpty()) {
				all.remove(node);
			}
		}
	}

	@Override
	public void moved(ServiceNode node, ServiceState from) {
		serve(node);
		serveDown(node);
	}

	private void serve(ServiceNode node) {
		if (node.state() == ServiceState.RUNNING && node.isToRun()) {
			serve(this.waiters, node);
		}
		else if (node.state() == ServiceState.FAILED) {
			release(node, "it failed: " + FailureText.of(node.vitals().failure()), node.vitals().failure());
		}
	}

	private void serve(Facts<List<CompletableFuture<ServiceSnapshot>>> all, ServiceNode node) {
		ServiceSnapshot snapshot = node.snapshot();
		take(all, node).forEach((waiter) -> this.coordinator.deliver(() -> waiter.complete(snapshot)));
	}

	private static List<CompletableFuture<ServiceSnapshot>> take(Facts<List<CompletableFuture<ServiceSnapshot>>> all,
			ServiceNode node) {
		List<CompletableFuture<ServiceSnapshot>> taken = all.remove(node);
		return (taken != null) ? taken : List.of();
	}

	/**
	 * Tells those who wait for a service, or for what it provides, that it will not run.
	 * @param node the service
	 * @param why why not
	 * @param cause what it failed with, or {@code null}
	 */
	public void release(ServiceNode node, String why, @Nullable Throwable cause) {
		List<CompletableFuture<ServiceSnapshot>> released = take(this.waiters, node);
		if (!released.isEmpty() || this.provisions.isAwaited(node)) {
			ServiceException failure = new ServiceException((cause != null) ? Kind.FAILED : Kind.NOT_WANTED,
					node.name(), "Service '%s' does not run: %s".formatted(node.name(), why), cause);
			released.forEach((waiter) -> this.coordinator.deliver(() -> waiter.completeExceptionally(failure)));
			this.provisions.release(node, failure);
		}
	}

}
