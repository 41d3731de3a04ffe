// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lifecycle;

import java.util.concurrent.CompletableFuture;

import org.springframework.context.SmartLifecycle;

import io.managedservices.ManagedServices;
import io.managedservices.internal.discovery.ServicePresence;

/**
 * Tells all services to take no new work, before the web server ends its requests: the
 * first half of what {@link ManagedServicesLifecycle} completes after the web server has
 * stopped. Its phase is {@value #PHASE}: above that of the graceful shutdown of the web
 * server ({@code Integer.MAX_VALUE - 1024}), and below that of components which have none
 * ({@code Integer.MAX_VALUE}). It waits no longer than half of the shutdown timeout.
 * Holds no state; safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class ManagedServicesQuiesceLifecycle implements SmartLifecycle {

	/**
	 * The phase in which services take no new work any more.
	 */
	public static final int PHASE = Integer.MAX_VALUE - 512;

	private final ServicePresence presence;

	private final ManagedServicesLifecycle lifecycle;

	/**
	 * Create a lifecycle.
	 * @param presence whether there are services
	 * @param lifecycle what starts and stops them
	 */
	public ManagedServicesQuiesceLifecycle(ServicePresence presence, ManagedServicesLifecycle lifecycle) {
		this.presence = presence;
		this.lifecycle = lifecycle;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	// As long as the services are to be stopped they have to be told before.
	@Override
	public boolean isRunning() {
		return this.lifecycle.isRunning();
	}

	@Override
	public void start() {
		// The services are started by the other one.
	}

	@Override
	public void stop(Runnable callback) {
		if (!this.presence.isAny()) {
			callback.run();
			return;
		}
		CompletableFuture<Void> quiesced;
		try {
			quiesced = quiesce();
		}
		catch (RuntimeException | Error ex) {
			callback.run();
			throw ex;
		}
		CompletableFuture<Void> unused = quiesced.whenComplete((result, failure) -> callback.run());
	}

	@Override
	public void stop() {
		// Called by nobody who stops a context: that is done with a callback.
		CompletableFuture<Void> unused = quiesce();
	}

	private CompletableFuture<Void> quiesce() {
		if (!this.presence.isAny()) {
			return CompletableFuture.completedFuture(null);
		}
		ManagedServices known = this.lifecycle.services();
		if (known instanceof DeferredManagedServices deferred) {
			// This is where the end of the context begins.
			deferred.releaseCaller();
		}
		return known.snapshots().isEmpty() ? CompletableFuture.completedFuture(null) : known.quiesce();
	}

}
