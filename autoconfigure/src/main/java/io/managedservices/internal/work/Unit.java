// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.line.Guarded;
import io.managedservices.internal.line.LineText;
import io.managedservices.work.WorkKind;

/**
 * One run of a piece of work. Decided and ended inside the coordinator, run by one
 * thread. A subclass says what is run, and what follows inside the coordinator.
 */
abstract class Unit extends ScopedCall {

	final WorkKind kind;

	final String name;

	/** Its place among those inside. */
	@Nullable Unit before;

	@Nullable Unit after;

	boolean listed;

	/** Whether it was taken as having left while it was inside. */
	boolean released;

	private @Nullable Throwable failure;

	Unit(WorkScope scope, WorkKind kind, String name) {
		super(scope);
		this.kind = kind;
		this.name = name;
	}

	/**
	 * Runs user code.
	 * @throws Exception whatever that throws
	 */
	protected abstract void body() throws Exception;

	/**
	 * It has left user code, and its scope knows. Called inside the coordinator; not for
	 * one that was withdrawn.
	 * @param thrown what user code threw, or {@code null}
	 */
	protected abstract void ended(@Nullable Throwable thrown);

	/**
	 * It was withdrawn before it began, and its scope knows. Called inside the
	 * coordinator.
	 */
	protected void withdrawn() {
	}

	@Override
	protected final void call() {
		if (!WorkThreads.isNameless(this.kind)) {
			Thread.currentThread().setName(LineText.of(this.scope.serviceName() + "/" + this.kind + "/" + this.name));
		}
		try {
			body();
		}
		catch (Throwable ex) {
			this.failure = ex;
		}
	}

	@Override
	protected final void left() {
		this.scope.workload().coordination().submit(this);
	}

	@Override
	public final void apply() {
		if (this.scope.leave(this)) {
			Throwable thrown = this.failure;
			if (thrown != null && this.scope.isEnded() && isCancellation(thrown) && !hasTold(thrown)) {
				cutOff(what(), Guarded.stack(thrown));
			}
			ended(thrown);
			this.scope.lookWhetherOver();
		}
	}

	/**
	 * What it threw that is its own failure: not that it was told to end.
	 * @return the failure, or {@code null}
	 */
	final @Nullable Throwable failure() {
		Throwable thrown = this.failure;
		return isCancellation(thrown) ? null : thrown;
	}

	@Override
	String what() {
		return this.kind + " '" + this.name + "'";
	}

}
