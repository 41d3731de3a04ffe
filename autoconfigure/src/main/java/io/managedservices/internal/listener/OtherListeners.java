// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.listener;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import org.springframework.context.SmartLifecycle;

/**
 * A registry of listeners as Spring sees it, without those that are services: a registry
 * stops all of its containers, and starts all of them if the context starts again,
 * whatever the services are that they depend on. Immutable.
 */
final class OtherListeners implements SmartLifecycle {

	private final ListenerRegistry registry;

	private final Predicate<Object> managed;

	private final boolean again;

	/**
	 * Create it.
	 * @param registry the registry
	 * @param managed whether a container is a service
	 * @param again whether the context has started before
	 */
	OtherListeners(ListenerRegistry registry, Predicate<Object> managed, boolean again) {
		this.registry = registry;
		this.managed = managed;
		this.again = again;
	}

	// The first time it heeds autoStartup, which those that are services have not set.
	// One
	// that has not may be a service that has never been started, so that nobody knows.
	@Override
	public void start() {
		if (!this.again || containers((container) -> true).stream().allMatch(this::isToStart)) {
			this.registry.bean().start();
			return;
		}
		others().stream().filter(SmartLifecycle::isAutoStartup).forEach(SmartLifecycle::start);
	}

	private boolean isToStart(SmartLifecycle container) {
		return this.managed.test(container) ? container.isRunning() : container.isAutoStartup();
	}

	@Override
	public void stop() {
		CompletableFuture<Void> stopped = new CompletableFuture<>();
		stop(() -> stopped.complete(null));
		stopped.join();
	}

	@Override
	public void stop(Runnable callback) {
		List<SmartLifecycle> running = others().stream().filter(SmartLifecycle::isRunning).toList();
		AtomicInteger left = new AtomicInteger(1 + running.size());
		Runnable one = () -> {
			if (left.decrementAndGet() == 0) {
				callback.run();
			}
		};
		running.forEach((container) -> container.stop(one));
		one.run();
	}

	@Override
	public boolean isRunning() {
		return others().stream().anyMatch(SmartLifecycle::isRunning);
	}

	private List<SmartLifecycle> others() {
		return containers(this.managed.negate());
	}

	private List<SmartLifecycle> containers(Predicate<Object> filter) {
		return this.registry.containers().get().stream().filter(filter).map(SmartLifecycle.class::cast).toList();
	}

	@Override
	public int getPhase() {
		return this.registry.bean().getPhase();
	}

	@Override
	public boolean isAutoStartup() {
		return this.registry.bean().isAutoStartup();
	}

	@Override
	public boolean isPauseable() {
		return this.registry.bean().isPauseable();
	}

}
