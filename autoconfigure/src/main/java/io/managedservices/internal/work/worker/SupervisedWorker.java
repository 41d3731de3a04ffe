// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.worker;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Command;
import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.work.core.Cancellation;
import io.managedservices.internal.work.core.ContextCarrier;
import io.managedservices.internal.work.core.Required;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.work.ServiceWorker;
import io.managedservices.work.WorkKind;
import io.managedservices.work.WorkerBody;

/**
 * A worker as the service sees it: what it is to be until it begins. Entered by any
 * thread.
 */
final class SupervisedWorker implements ServiceWorker {

	private final Workers workers;

	private final WorkScope scope;

	private final String name;

	private final WorkerBody body;

	/** Taken away when it begins. */
	private final AtomicReference<@Nullable WorkerSettings> settings = new AtomicReference<>(WorkerSettings.DEFAULTS);

	SupervisedWorker(Workers workers, WorkScope scope, String name, WorkerBody body) {
		this.workers = workers;
		this.scope = scope;
		this.name = Required.text(name, "name", scope, WorkKind.WORKER, null);
		this.body = Required.of(body, "body", scope, WorkKind.WORKER, name);
	}

	@Override
	public ServiceWorker restartOnFailure() {
		return restartOnFailure(WorkerSettings.DEFAULT_DELAY);
	}

	@Override
	public ServiceWorker restartOnFailure(Duration delay) {
		if (delay == null || delay.isNegative()) {
			throw wrong("a delay of 0 or more", delay);
		}
		return configure((current) -> current.withDelay(delay));
	}

	@Override
	public ServiceWorker maxRestarts(int maxRestarts, Duration window) {
		if (maxRestarts < 0) {
			throw wrong("0 restarts or more", maxRestarts);
		}
		if (window == null || window.isNegative() || window.isZero()) {
			throw wrong("a window above 0", window);
		}
		return configure((current) -> current.withLimit(maxRestarts, window));
	}

	@Override
	public ServiceWorker heartbeat(Duration timeout) {
		if (timeout == null || timeout.isNegative() || timeout.isZero()) {
			throw wrong("a heartbeat above 0", timeout);
		}
		return configure((current) -> current.withHeartbeat(timeout));
	}

	@Override
	public ServiceWorker finishOnStop() {
		return configure(WorkerSettings::thatFinishes);
	}

	@Override
	public CompletableFuture<Void> start() {
		WorkerSettings begun = begin();
		Coordination coordination = coordination();
		StartedWorker client = new StartedWorker(this.scope);
		Supervision supervision = supervise(begun, client, this.scope.workplace().environment().captureContext());
		coordination.submit(Command.of(supervision::begin));
		this.scope.workplace().environment().added();
		// What passes a failure on asks it for its text, which may throw.
		CompletableFuture<Boolean> unused = client.future().handle((result, failure) -> {
			boolean cancelled = client.future().isCancelled();
			if (cancelled) {
				coordination.submit(Command.of(supervision::cancel));
			}
			return cancelled;
		});
		return client.future();
	}

	@Override
	public void run() throws Exception {
		WorkerSettings begun = begin();
		CallingThread client = new CallingThread(this.scope);
		Supervision supervision = supervise(begun, client, ContextCarrier.NONE);
		if (!coordination().ask(supervision::begin)) {
			throw new Cancellation.OfService(
					"Worker '%s' of service '%s' was not begun: this incarnation of the service is to end or has ended"
						.formatted(this.name, this.scope.serviceName()));
		}
		try {
			client.runAll();
		}
		finally {
			coordination().submit(Command.of(supervision::cancel));
		}
	}

	/**
	 * What begins it for a client.
	 * @param begun its settings
	 * @param client whoever has it run
	 * @param carrier what is put around its runs
	 * @return what is to be begun inside the coordinator
	 */
	Supervision supervise(WorkerSettings begun, WorkerClient client, ContextCarrier carrier) {
		return new Supervision(this.workers, this.scope, this.name, begun, client,
				(context) -> carrier.run(() -> WorkerRun.run(this.body, context)));
	}

	private ServiceWorker configure(UnaryOperator<WorkerSettings> change) {
		WorkerSettings before;
		do {
			before = known(this.settings.get());
		}
		while (!this.settings.compareAndSet(before, change.apply(before)));
		return this;
	}

	/**
	 * It cannot be configured any more.
	 * @return its settings
	 */
	WorkerSettings begin() {
		WorkerSettings begun = known(this.settings.getAndSet(null));
		if (begun.spins()) {
			throw wrong(
					"a delay of 1 ms or more, or a limit by maxRestarts(…) of 1000 or less, since it would be restarted without a pause",
					begun.delay());
		}
		return begun;
	}

	private WorkerSettings known(@Nullable WorkerSettings current) {
		if (current == null) {
			throw new IllegalStateException(
					"Worker '%s' of service '%s' was begun already: make another one with work().worker(…)"
						.formatted(this.name, this.scope.serviceName()));
		}
		return current;
	}

	private IllegalArgumentException wrong(String expected, @Nullable Object found) {
		return new IllegalArgumentException("Worker '%s' of service '%s': expected %s, found '%s'".formatted(this.name,
				this.scope.serviceName(), expected, found));
	}

	private Coordination coordination() {
		return this.scope.workplace().coordination();
	}

}
