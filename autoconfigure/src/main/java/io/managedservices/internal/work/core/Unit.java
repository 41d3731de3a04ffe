// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.core;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.line.Guarded;
import io.managedservices.internal.line.LineText;
import io.managedservices.work.WorkKind;

/**
 * One run of a piece of work. Decided and ended inside the coordinator, run by one
 * thread. A subclass says what is run, and what follows inside the coordinator.
 *
 * @since 0.1.0
 */
public abstract class Unit extends ScopedCall {

	private final WorkKind kind;

	private final String name;

	/** Whether it was taken as having left while it was inside. */
	boolean released;

	private @Nullable Throwable failure;

	protected Unit(WorkScope scope, WorkKind kind, String name) {
		super(scope);
		this.kind = kind;
		this.name = name;
	}

	public final WorkKind kind() {
		return this.kind;
	}

	public final String name() {
		return this.name;
	}

	/**
	 * Runs user code.
	 * @throws Exception whatever that throws
	 */
	protected abstract void body() throws Exception;

	/**
	 * Whether its thread is named after it.
	 * @return {@code false} if it is so short and frequent that it would cost too much
	 */
	protected boolean namesItsThread() {
		return true;
	}

	/**
	 * It has left user code, and its scope knows. Called inside the coordinator; not for
	 * one that was withdrawn.
	 * @param thrown what user code threw, or {@code null}
	 */
	protected abstract void ended(@Nullable Throwable thrown);

	/**
	 * Its thread found that the lease of its service is over, so it did not begin, and
	 * its scope knows. Called inside the coordinator.
	 */
	protected void lapsed() {
		withdrawn();
	}

	/**
	 * It was withdrawn before it began, and its scope knows. Called inside the
	 * coordinator.
	 */
	protected void withdrawn() {
	}

	@Override
	protected final void call() {
		if (namesItsThread()) {
			Thread.currentThread().setName(LineText.of(scope().serviceName() + "/" + this.kind + "/" + this.name));
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
		scope().workplace().coordination().submit(this);
	}

	@Override
	public final void apply() {
		if (scope().leave(this)) {
			Throwable thrown = this.failure;
			if (thrown != null && scope().isEnded() && isCancellation(thrown) && !hasTold(thrown)) {
				cutOff(what(), Guarded.stack(thrown));
			}
			if (hasBegun()) {
				ended(thrown);
			}
			else {
				lapsed();
			}
			scope().lookWhetherOver();
		}
	}

	/**
	 * What it threw that is its own failure: not that it was told to end.
	 * @return the failure, or {@code null}
	 */
	public final @Nullable Throwable failure() {
		Throwable thrown = this.failure;
		return isCancellation(thrown) ? null : thrown;
	}

	@Override
	public String what() {
		return this.kind + " '" + this.name + "'";
	}

}
