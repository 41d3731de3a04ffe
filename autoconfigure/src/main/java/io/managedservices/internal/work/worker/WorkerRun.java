// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.worker;

import java.io.IOException;
import java.io.UncheckedIOException;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.work.core.Unit;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.work.WorkKind;
import io.managedservices.work.WorkerBody;
import io.managedservices.work.WorkerContext;

/**
 * One run of a worker.
 */
final class WorkerRun extends Unit {

	private final Supervision supervision;

	private final WorkerBody worker;

	private final RunContext context;

	WorkerRun(Supervision supervision, WorkScope scope, WorkerBody worker, RunContext context) {
		super(scope, WorkKind.WORKER, context.name());
		this.supervision = supervision;
		this.worker = worker;
		this.context = context;
		context.of(this);
	}

	/**
	 * Runs a worker inside the context of whoever has begun it.
	 * @param worker the worker
	 * @param context what it knows in this run
	 * @throws Exception whatever it throws
	 */
	static void run(WorkerBody worker, WorkerContext context) throws Exception {
		WorkerRun run = (context instanceof RunContext known) ? known.run() : null;
		Surrounding surrounding = (run != null) ? run.surrounding() : null;
		if (run == null || surrounding == null) {
			worker.run(context);
		}
		else {
			surrounding.run(run.inner(worker instanceof Surrounding.Declared, () -> worker.run(context)));
		}
	}

	private Surrounding.Inner inner(boolean isDeclared, Surrounding.Body body) {
		return new Surrounding.Inner(
				new Surrounding.Subject(kind().toString(), scope().serviceName(), name(), isDeclared, null), null,
				(thrown) -> isNoFailure(thrown), body);
	}

	private boolean isNoFailure(Throwable thrown) {
		return isCancellation(thrown) || isRestartWish(thrown) || isClosedToEnd(thrown);
	}

	RunContext context() {
		return this.context;
	}

	@Override
	protected boolean isToFinish() {
		return this.supervision.isToFinish();
	}

	@Override
	protected boolean isRestarted() {
		return this.supervision.isRestarted();
	}

	@Override
	protected boolean begin(@Nullable Thread runner) {
		// Its heart beats from when it begins, not from when it is queued.
		this.context.beat();
		return super.begin(runner);
	}

	@Override
	protected void body() throws Exception {
		try {
			this.worker.run(this.context);
		}
		finally {
			close(this.context::close);
		}
	}

	@Override
	protected void ended(@Nullable Throwable thrown) {
		this.supervision.ended(this, thrown);
	}

	@Override
	protected void withdrawn() {
		this.supervision.withdrawn();
	}

	/**
	 * What it threw that is its own failure: neither that it was told to end, nor that
	 * what it waits in was closed for that.
	 * @return the failure, or {@code null}
	 */
	@Nullable Throwable ownFailure() {
		Throwable thrown = failure();
		return isClosedToEnd(thrown) ? null : thrown;
	}

	private boolean isClosedToEnd(@Nullable Throwable thrown) {
		return this.context.hasClosedToEnd()
				&& (thrown instanceof IOException || thrown instanceof UncheckedIOException);
	}

}
