// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Command;
import io.managedservices.internal.call.UserCall;
import io.managedservices.internal.work.core.Required;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.state.Condition.Severity;
import io.managedservices.work.MicroTask;
import io.managedservices.work.MicroTaskSlot;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.ServiceWork;
import io.managedservices.work.ServiceWorker;
import io.managedservices.work.TaskBody;
import io.managedservices.work.Ticker;
import io.managedservices.work.WorkBody;
import io.managedservices.work.WorkKind;
import io.managedservices.work.WorkerBody;

/**
 * The work of one incarnation, as the service sees it. Entered by any thread.
 */
final class IncarnationWork implements ServiceWork {

	private final ServiceWorkload workload;

	private final WorkScope scope;

	IncarnationWork(ServiceWorkload workload, WorkScope scope) {
		this.workload = workload;
		this.scope = scope;
	}

	@Override
	public ServiceWorker worker(String name, WorkerBody body) {
		return this.workload.workers().create(this.scope, name, body);
	}

	@Override
	public ServiceTask task(String name, WorkBody body) {
		requireNamed(body, WorkKind.TASK, name);
		return task(name, (task) -> body.run());
	}

	@Override
	public ServiceTask task(String name, TaskBody body) {
		requireNamed(body, WorkKind.TASK, name);
		return this.workload.tasks().create(this.scope, name, body);
	}

	@Override
	public ServiceTask task(String name) {
		return this.workload.tasks().named(this.scope, Required.text(name, "name", this.scope, WorkKind.TASK, null));
	}

	@Override
	public void submit(String name, WorkBody body) {
		requireNamed(body, WorkKind.TASK, name);
		this.workload.tasks().submit(this.scope, name, (task) -> body.run());
	}

	@Override
	public Ticker every(String name, Duration interval, WorkBody body) {
		requireNamed(body, WorkKind.TICKER, name);
		return this.workload.tickers().create(this.scope, name, interval, body);
	}

	@Override
	public <T> T run(MicroTask microTask, Callable<T> body) throws Exception {
		Required.of(body, "body", this.scope, WorkKind.MICRO_TASK, required(microTask).name());
		return this.workload.microTasks().run(this.scope, microTask, body);
	}

	@Override
	public <T> CompletableFuture<T> start(MicroTask microTask, Callable<T> body) {
		Required.of(body, "body", this.scope, WorkKind.MICRO_TASK, required(microTask).name());
		return this.workload.microTasks().start(this.scope, microTask, body);
	}

	@Override
	public void failed(WorkKind kind, String name, Throwable cause, Severity severity) {
		if (kind == null) {
			throw new IllegalArgumentException(
					"The kind of a failure of service '%s' is required: found 'null'".formatted(this.workload.name()));
		}
		Required.text(name, "name", this.scope, kind, null);
		Required.of(cause, "cause", this.scope, kind, name);
		Required.of(severity, "severity", this.scope, kind, name);
		this.workload.coordination()
			.submit(Command.of(() -> this.workload.failures().add(kind, name, cause, severity)));
	}

	@Override
	public MicroTaskSlot signal(MicroTask microTask) throws InterruptedException {
		return this.workload.microTasks().signal(this.scope, required(microTask));
	}

	@Override
	public boolean ifRunning(String name, WorkBody body) throws Exception {
		requireNamed(body, WorkKind.MICRO_TASK, name);
		MicroTaskSlot slot = slotIfRunning(MicroTask.high(name));
		if (slot == null) {
			return false;
		}
		try {
			body.run();
		}
		finally {
			slot.close();
		}
		return true;
	}

	private @Nullable MicroTaskSlot slotIfRunning(MicroTask microTask) throws InterruptedException {
		if (!this.scope.hasRun() || this.scope.isEnded()) {
			return null;
		}
		try {
			return signal(microTask);
		}
		catch (CancellationException ex) {
			// It is to stop since.
			return null;
		}
	}

	@Override
	public boolean isAsleep() {
		return this.workload.isAsleep();
	}

	@Override
	public boolean pauseWhileAsleep() throws InterruptedException {
		this.workload.sleep().awaitWaking(this.scope.incarnation(), this.scope::isEnded);
		boolean ended = this.scope.isEnded();
		UserCall.look(this.scope.incarnation(), ended);
		return !ended;
	}

	WorkScope scope() {
		return this.scope;
	}

	private void requireNamed(@Nullable Object body, WorkKind kind, @Nullable String name) {
		Required.text(name, "name", this.scope, kind, null);
		Required.of(body, "body", this.scope, kind, name);
	}

	private MicroTask required(@Nullable MicroTask microTask) {
		return Required.of(microTask, "name", this.scope, WorkKind.MICRO_TASK, null);
	}

}
