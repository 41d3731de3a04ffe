// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Command;
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

	final WorkScope scope;

	IncarnationWork(WorkScope scope) {
		this.scope = scope;
	}

	@Override
	public ServiceWorker worker(String name, WorkerBody body) {
		return new SupervisedWorker(this.scope, name, body);
	}

	@Override
	public ServiceTask task(String name, WorkBody body) {
		requireNamed(body, WorkKind.TASK, name);
		return task(name, (task) -> body.run());
	}

	@Override
	public ServiceTask task(String name, TaskBody body) {
		requireNamed(body, WorkKind.TASK, name);
		return this.scope.workload().tasks().create(this.scope, name, body);
	}

	@Override
	public Ticker every(String name, Duration interval, WorkBody body) {
		requireNamed(body, WorkKind.TICKER, name);
		return this.scope.workload().tickers().create(this.scope, name, interval, body);
	}

	@Override
	public <T> T run(MicroTask microTask, Callable<T> body) throws Exception {
		Required.of(body, "body", this.scope, WorkKind.MICRO_TASK, required(microTask).name());
		return this.scope.workload().engine().microTasks().run(this.scope, microTask, body);
	}

	@Override
	public <T> CompletableFuture<T> start(MicroTask microTask, Callable<T> body) {
		Required.of(body, "body", this.scope, WorkKind.MICRO_TASK, required(microTask).name());
		return this.scope.workload().engine().microTasks().start(this.scope, microTask, body);
	}

	@Override
	public void failed(WorkKind kind, String name, Throwable cause, Severity severity) {
		ServiceWorkload workload = this.scope.workload();
		if (kind == null) {
			throw new IllegalArgumentException(
					"The kind of a failure of service '%s' is required: found 'null'".formatted(workload.name()));
		}
		Required.text(name, "name", this.scope, kind, null);
		Required.of(cause, "cause", this.scope, kind, name);
		Required.of(severity, "severity", this.scope, kind, name);
		workload.coordination().submit(Command.of(() -> workload.failures().add(kind, name, cause, severity)));
	}

	@Override
	public MicroTaskSlot signal(MicroTask microTask) throws InterruptedException {
		return this.scope.workload().engine().microTasks().signal(this.scope, required(microTask));
	}

	private void requireNamed(@Nullable Object body, WorkKind kind, @Nullable String name) {
		Required.text(name, "name", this.scope, kind, null);
		Required.of(body, "body", this.scope, kind, name);
	}

	private MicroTask required(@Nullable MicroTask microTask) {
		return Required.of(microTask, "name", this.scope, WorkKind.MICRO_TASK, null);
	}

}
