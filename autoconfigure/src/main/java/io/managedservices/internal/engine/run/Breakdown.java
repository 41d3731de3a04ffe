// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.run;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Command;
import io.managedservices.internal.concurrent.LastResort;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Emergency;
import io.managedservices.internal.line.GuardedLog;
import io.managedservices.internal.line.LineLog;

/**
 * What follows when something fails inside the coordinator, as a broken clock or a bug
 * makes it: the application is closed. What the coordinator knows of the services may be
 * wrong from then on, so it is a {@link ForcedStop} that stops them. That begins when all
 * are to stop, or when the coordinator fails again; from then on the coordinator handles
 * no more commands. Confined to the coordinator, but for {@link #onFailure}.
 */
public final class Breakdown implements Emergency {

	private static final Log logger = LineLog.of(Breakdown.class);

	private final Coordinator coordinator;

	private final RunControl run;

	private volatile @Nullable Consumer<Throwable> handler;

	private boolean failed;

	private @Nullable ForcedStop forced;

	/**
	 * Create a breakdown, which has not happened.
	 * @param coordinator the coordinator
	 * @param run starts and stops all services
	 */
	public Breakdown(Coordinator coordinator, RunControl run) {
		this.coordinator = coordinator;
		this.run = run;
	}

	/**
	 * Sets what closes the application. Without it the services are stopped.
	 * @param newHandler is given the first failure; must not wait
	 */
	public void onFailure(Consumer<Throwable> newHandler) {
		this.handler = newHandler;
	}

	@Override
	public boolean isFinal() {
		return this.forced != null;
	}

	@Override
	public void handle(Command command) {
		if (command instanceof ForcedStop.Step) {
			command.apply();
		}
		else {
			command.failed(new IllegalStateException("The engine of managed-services has failed before"));
		}
	}

	@Override
	public void occurred(Throwable failure) {
		if (this.forced != null) {
			return;
		}
		GuardedLog.error(logger, "managed-services has failed, and the services are stopped", failure);
		if (this.failed || this.run.isStopping()) {
			CompletableFuture<Void> unused = force();
			return;
		}
		this.failed = true;
		try {
			this.run.breakDown(failure);
			tell(failure);
		}
		catch (Throwable ex) {
			CompletableFuture<Void> unused = force();
		}
	}

	private void tell(Throwable failure) {
		Consumer<Throwable> current = this.handler;
		if (current != null) {
			this.coordinator.deliver(() -> current.accept(failure));
		}
		else {
			CompletableFuture<Void> unused = force();
		}
	}

	/**
	 * Whether something has failed: what the coordinator knows of the services may be
	 * wrong.
	 * @return whether it has
	 */
	public boolean hasFailed() {
		return this.failed;
	}

	/**
	 * Stops all services without the coordinator.
	 * @param caller is completed when they have been stopped
	 */
	public void stop(CompletableFuture<Void> caller) {
		CompletableFuture<Void> unused = force().whenComplete((result, failure) -> {
			if (failure != null) {
				caller.completeExceptionally(failure);
			}
			else {
				caller.complete(null);
			}
		});
	}

	private CompletableFuture<Void> force() {
		ForcedStop stop = this.forced;
		if (stop == null) {
			stop = new ForcedStop(this.coordinator, this.run);
			this.forced = stop;
			start(stop);
		}
		return stop.stopped();
	}

	// The threads of the backend may be what is broken.
	private static void start(ForcedStop stop) {
		try {
			LastResort.start(stop, "managed-services-stop", false);
		}
		catch (Throwable ex) {
			GuardedLog.error(logger, "There is no thread to stop the services: stopping them on this one", ex);
			stop.run();
		}
	}

}
