package io.managedservices.work;

import org.jspecify.annotations.Nullable;

import io.managedservices.WorkKind;
import io.managedservices.concurrent.LineText;
import io.managedservices.concurrent.UserCall;

/**
 * One run of a piece of work. Decided and ended inside the coordinator, run by one
 * thread. A subclass says what is run, and what follows inside the coordinator.
 */
abstract class Unit extends UserCall {

	final WorkScope scope;

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
		this.scope = scope;
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
	 * Whether it is not interrupted at once when its service is to stop.
	 * @return whether it is to come to its end if it has begun
	 */
	boolean isToFinish() {
		return false;
	}

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
			ended(this.failure);
			this.scope.lookWhetherOver();
		}
	}

	/**
	 * What it threw that is its own failure: not that it was told to end.
	 * @return the failure, or {@code null}
	 */
	final @Nullable Throwable failure() {
		Throwable thrown = this.failure;
		return (thrown != null && isCancellation(thrown)) ? null : thrown;
	}

	/**
	 * Whether something was thrown because this was told to end: it was interrupted, or
	 * heard from what it asked for that its service is to stop before it was.
	 * @param thrown what user code threw
	 * @return whether it is no failure
	 */
	final boolean isCancellation(Throwable thrown) {
		return (isInterrupted() || (this.scope.isEnded() && !isToFinish())) && Cancellation.mayHaveCaused(thrown);
	}

	/**
	 * What it is, for people.
	 * @return such as {@code worker 'listener'}
	 */
	String what() {
		return this.kind + " '" + this.name + "'";
	}

}
