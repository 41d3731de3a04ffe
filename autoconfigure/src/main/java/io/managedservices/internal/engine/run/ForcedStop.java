// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.run;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Command;
import io.managedservices.internal.concurrent.LastResort;
import io.managedservices.internal.engine.call.Stopping;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Incarnation;
import io.managedservices.internal.engine.kernel.Invocation;
import io.managedservices.internal.engine.kernel.Invocation.Method;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.kernel.WorkInside;
import io.managedservices.internal.graph.ServiceCallbacks;
import io.managedservices.internal.line.GuardedLog;
import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.text.FailureText;
import io.managedservices.internal.text.JoinedFailure;
import io.managedservices.state.ServiceException;

/**
 * Stops services one after the other, dependents first, where the coordinator has failed:
 * it takes the facts as that has left them, and trusts neither its clock nor its threads.
 * Runs on a thread of its own.
 */
final class ForcedStop implements Runnable {

	private static final Log logger = LineLog.of(ForcedStop.class);

	private final Coordinator coordinator;

	private final RunControl run;

	private final CompletableFuture<Void> stopped = new CompletableFuture<>();

	private final List<ServiceException> failures = new ArrayList<>();

	private final long begin = LastResort.nanoTime();

	ForcedStop(Coordinator coordinator, RunControl run) {
		this.coordinator = coordinator;
		this.run = run;
	}

	/**
	 * When all services have been stopped.
	 * @return completed then
	 */
	CompletableFuture<Void> stopped() {
		return this.stopped;
	}

	@Override
	public void run() {
		for (int index = this.coordinator.nodes().size() - 1; index >= 0; index--) {
			ServiceNode node = this.coordinator.node(index);
			attempt(node, () -> stop(node));
		}
		step(() -> this.run.forcedDown());
		ServiceException failure = JoinedFailure.of(this.failures);
		if (failure != null) {
			this.stopped.completeExceptionally(failure);
		}
		else {
			this.stopped.complete(null);
		}
	}

	private void attempt(ServiceNode node, Action action) {
		try {
			action.run();
		}
		catch (Throwable ex) {
			GuardedLog.error(logger, "Service '%s' could not be stopped".formatted(node.name()), ex);
			this.failures.add(new ServiceException(node.name(),
					"Service '%s' could not be stopped: %s".formatted(node.name(), FailureText.of(ex)), ex));
		}
	}

	private void stop(ServiceNode node) throws Exception {
		Invocation invocation = (node.invocation() != null) ? node.invocation() : node.occupant();
		if (!node.isActive() && invocation == null) {
			return;
		}
		step(() -> Stopping.end(node));
		if (invocation == null || invocation.method() != Method.STOP || invocation.withdraw()) {
			endCall(node, invocation);
			stopIfStarted(node, invocation);
		}
		else if (!await(node, 1, invocation::hasLeft)) {
			invocation.interrupt();
			throw new TimeoutException("It did not return in time");
		}
		step(() -> node.forceDown(LastResort.instant()));
	}

	// What is inside has half of the time to stop, as always.
	private void endCall(ServiceNode node, @Nullable Invocation invocation) {
		WorkInside work = node.work();
		if (invocation != null && !invocation.interrupt() && invocation.hasBegun()) {
			await(node, 2, invocation::hasLeft);
		}
		if (work != null) {
			await(node, 2, () -> work.remaining().stream().allMatch((piece) -> piece.stack().isEmpty()));
		}
	}

	private void stopIfStarted(ServiceNode node, @Nullable Invocation invocation) throws Exception {
		boolean started = node.dirty()
				|| (invocation != null && invocation.method() == Method.START && invocation.hasBegun());
		ServiceCallbacks.Callback callback = node.callbacks().stop();
		Incarnation incarnation = node.incarnation();
		if (!started || callback == null || incarnation == null) {
			return;
		}
		FutureTask<@Nullable Void> call = new FutureTask<>(() -> {
			callback.call(incarnation);
			return null;
		});
		LastResort.start(call, "managed-services-stop-" + node.index(), true);
		try {
			call.get(left(node, 1), TimeUnit.NANOSECONDS);
		}
		finally {
			call.cancel(true);
		}
	}

	private boolean await(ServiceNode node, int part, BooleanSupplier condition) {
		long end = LastResort.nanoTime() + left(node, part);
		while (!condition.getAsBoolean()) {
			if (LastResort.nanoTime() - end >= 0) {
				return false;
			}
			LastResort.pause();
		}
		return true;
	}

	private long left(ServiceNode node, int part) {
		long all = this.run.shutdownNanos() - (LastResort.nanoTime() - this.begin);
		return Math.max(0, Math.min(all, node.settings().stopTimeout().toNanos() / part));
	}

	/**
	 * Does something inside the coordinator, which has failed but still lets one thread
	 * in at a time.
	 * @param action what is done
	 */
	private void step(Runnable action) {
		CountDownLatch done = new CountDownLatch(1);
		this.coordinator.submit(new Step(action, done));
		while (true) {
			try {
				done.await();
				return;
			}
			catch (InterruptedException ex) {
				// Nobody has a reason to: the services are to be stopped.
			}
		}
	}

	/**
	 * What the coordinator does although it has failed.
	 */
	static final class Step extends Command {

		private final Runnable action;

		private final CountDownLatch done;

		Step(Runnable action, CountDownLatch done) {
			this.action = action;
			this.done = done;
		}

		@Override
		public void apply() {
			try {
				this.action.run();
			}
			catch (Throwable ex) {
				GuardedLog.error(logger, "A step of the stop of all services failed", ex);
			}
			finally {
				this.done.countDown();
			}
		}

	}

	/**
	 * Something that may fail.
	 */
	private interface Action {

		void run() throws Exception;

	}

}
