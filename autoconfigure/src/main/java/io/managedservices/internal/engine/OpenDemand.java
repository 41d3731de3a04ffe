// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import io.managedservices.Demand;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.monitor.ServiceSnapshot;

/**
 * A demand for a service, which counts until it is closed. Entered by any thread.
 */
final class OpenDemand implements Demand {

	private final Rooms rooms;

	private final ServiceAccess access;

	private final ServiceNode node;

	private final AtomicBoolean open = new AtomicBoolean(true);

	OpenDemand(Rooms rooms, ServiceAccess access, ServiceNode node) {
		this.rooms = rooms;
		this.access = access;
		this.node = node;
		rooms.coordinator.run(() -> rooms.demands.open(node));
	}

	@Override
	public String service() {
		return this.node.name();
	}

	@Override
	public Demand await(Duration timeout) throws InterruptedException {
		boolean runs = false;
		try {
			this.access.awaitRunning(this.node, timeout);
			runs = true;
			return this;
		}
		finally {
			if (!runs) {
				close();
			}
		}
	}

	@Override
	public CompletableFuture<ServiceSnapshot> whenRunning() {
		return this.access.whenRunning(this.node);
	}

	@Override
	public void close() {
		if (this.open.compareAndSet(true, false)) {
			this.rooms.coordinator.run(() -> this.rooms.demands.close(this.node));
		}
	}

	@Override
	public String toString() {
		return "Demand for service '%s'%s".formatted(service(), this.open.get() ? "" : ", closed");
	}

}
