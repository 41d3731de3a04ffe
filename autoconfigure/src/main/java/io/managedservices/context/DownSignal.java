package io.managedservices.context;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.managedservices.ManagedServices;
import io.managedservices.ServiceEvent;
import io.managedservices.ServiceEventListener;

/**
 * Knows when the listeners before it have been told that all services are down: listeners
 * are told by another thread, and what they use is destroyed with the context. Safe for
 * use by several threads.
 */
final class DownSignal implements ServiceEventListener {

	private final AtomicBoolean added = new AtomicBoolean();

	private volatile CompletableFuture<Void> told = CompletableFuture.completedFuture(null);

	/**
	 * Expects the services to go up and down.
	 * @param services the services
	 */
	void expect(ManagedServices services) {
		this.told = new CompletableFuture<>();
		if (this.added.compareAndSet(false, true)) {
			services.addListener(this);
		}
	}

	/**
	 * Waits until the other listeners were told.
	 * @param limit how long at most
	 * @return completed when they were, or the time is over
	 */
	CompletableFuture<Void> await(Duration limit) {
		return this.told.copy().completeOnTimeout(null, limit.toNanos(), TimeUnit.NANOSECONDS);
	}

	@Override
	public void onEvent(ServiceEvent event) {
		if (event instanceof ServiceEvent.Starting && this.told.isDone()) {
			// Somebody else has started them.
			this.told = new CompletableFuture<>();
		}
		else if (event instanceof ServiceEvent.Stopped) {
			this.told.complete(null);
		}
	}

}
