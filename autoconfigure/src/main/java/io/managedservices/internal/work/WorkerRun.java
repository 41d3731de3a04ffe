// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.io.IOException;
import java.io.UncheckedIOException;

import org.jspecify.annotations.Nullable;

import io.managedservices.work.WorkKind;
import io.managedservices.work.WorkerBody;

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

	RunContext context() {
		return this.context;
	}

	@Override
	protected boolean isToFinish() {
		return this.supervision.isToFinish();
	}

	/**
	 * Whether its worker is restarted if it fails.
	 * @return whether it is
	 */
	boolean isRestarted() {
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
		boolean closed = this.context.hasClosedToEnd()
				&& (thrown instanceof IOException || thrown instanceof UncheckedIOException);
		return closed ? null : thrown;
	}

}
