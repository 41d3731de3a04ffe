// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.managedservices.Demand;
import io.managedservices.ServiceLookup;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.time.Patience;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceException;

/**
 * Finds services of which there may be none yet: waits until there is one, and then as
 * the strict lookup does. Immutable; entered by any thread.
 *
 * @param strict the strict lookup
 * @param coordinator knows which services there are
 */
record LenientLookup(ServiceLookup strict, Coordinator coordinator) implements ServiceLookup {

	@Override
	public ServiceLookup lenient() {
		return this;
	}

	@Override
	public CompletableFuture<ServiceSnapshot> whenRegistered(String name) {
		return this.strict.whenRegistered(name);
	}

	@Override
	public CompletableFuture<ServiceSnapshot> whenRunning(String name) {
		return whenThere(name, () -> this.strict.whenRunning(name));
	}

	@Override
	public CompletableFuture<ServiceSnapshot> whenStopped(String name) {
		return whenThere(name, () -> this.strict.whenStopped(name));
	}

	@Override
	public <T> CompletableFuture<T> whenProvided(String name, Class<T> type) {
		return whenThere(name, () -> this.strict.whenProvided(name, type));
	}

	private <T> CompletableFuture<T> whenThere(String name, Supplier<CompletableFuture<T>> wait) {
		CompletableFuture<T> result = new CompletableFuture<>();
		awaitThere(name, wait, result);
		return result;
	}

	private <T> void awaitThere(String name, Supplier<CompletableFuture<T>> wait, CompletableFuture<T> result) {
		CompletableFuture<ServiceSnapshot> arrival = this.strict.whenRegistered(name);
		endWith(result, arrival);
		CompletableFuture<ServiceSnapshot> unused = arrival.whenComplete((snapshot, failure) -> {
			if (failure != null) {
				result.completeExceptionally(failure);
			}
			else if (!result.isDone()) {
				await(name, wait, result);
			}
		});
	}

	private <T> void await(String name, Supplier<CompletableFuture<T>> wait, CompletableFuture<T> result) {
		CompletableFuture<T> waiting;
		try {
			waiting = wait.get();
		}
		catch (ServiceException ex) {
			waiting = CompletableFuture.failedFuture(ex);
		}
		endWith(result, waiting);
		CompletableFuture<T> unused = waiting.whenComplete((value, failure) -> {
			if (failure == null) {
				result.complete(value);
			}
			else if (isGone(name)) {
				// It was unregistered meanwhile.
				awaitThere(name, wait, result);
			}
			else {
				result.completeExceptionally(failure);
			}
		});
	}

	private boolean isGone(String name) {
		ServiceNode node = this.coordinator.roster().find(name);
		return node == null || node.departing();
	}

	// Whoever waits no longer is waited for no longer.
	private static <T> void endWith(CompletableFuture<T> result, CompletableFuture<?> waiting) {
		CompletableFuture<T> unused = result.whenComplete((value, failure) -> waiting.cancel(false));
	}

	@Override
	public <T> T get(String name, Class<T> type, Duration timeout) throws InterruptedException {
		long begin = this.coordinator.nanoTime();
		await(this.strict.whenRegistered(name), name, timeout);
		return this.strict.get(name, type, left(begin, timeout));
	}

	@Override
	public Demand demand(String name) {
		return this.strict.demand(name);
	}

	@Override
	public <T> T provided(String name, Class<T> type) {
		return this.strict.provided(name, type);
	}

	@Override
	public <T> T awaitProvided(String name, Class<T> type, Duration timeout) throws InterruptedException {
		long begin = this.coordinator.nanoTime();
		await(this.strict.whenRegistered(name), name, timeout);
		return this.strict.awaitProvided(name, type, left(begin, timeout));
	}

	private Duration left(long begin, Duration timeout) {
		Duration left = timeout.minusNanos(this.coordinator.nanoTime() - begin);
		return left.isNegative() ? Duration.ZERO : left;
	}

	private static void await(CompletableFuture<ServiceSnapshot> registered, String name, Duration timeout)
			throws InterruptedException {
		try {
			Patience.get(registered, timeout);
		}
		catch (TimeoutException ex) {
			throw new ServiceException(name,
					"Service '%s' was not registered within %s. Register it, or correct the name.".formatted(name,
							timeout),
					null);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof ServiceException failure) ? failure
					: new ServiceException(name, String.valueOf(ex.getCause()), ex.getCause());
		}
		finally {
			registered.cancel(false);
		}
	}

}
