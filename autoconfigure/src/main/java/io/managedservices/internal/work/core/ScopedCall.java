// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.core;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.internal.call.Command;
import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.call.UserCall;
import io.managedservices.internal.line.Guarded;
import io.managedservices.work.RestartNow;
import io.managedservices.work.WorkKind;

/**
 * A call of user code that is work of one incarnation of a service.
 *
 * @since 0.1.0
 */
public abstract class ScopedCall extends UserCall {

	static final int NOWHERE = -1;

	/** So that causes that go round in a circle come to an end. */
	private static final int MAX_CAUSES = 20;

	private final WorkScope scope;

	/** Its place in {@link ScopedCalls}, which guards it. */
	int place = NOWHERE;

	/** Whether it was told that it was cut off. Confined to the coordinator. */
	private boolean cutOff;

	protected ScopedCall(WorkScope scope) {
		this.scope = scope;
	}

	/**
	 * What it belongs to.
	 * @return the work of an incarnation
	 */
	public final WorkScope scope() {
		return this.scope;
	}

	/**
	 * What it is, for people.
	 * @return such as {@code worker 'listener'}
	 */
	public abstract String what();

	/**
	 * Whether it begins anew if it asks for that.
	 * @return whether it does
	 */
	protected boolean isRestarted() {
		return false;
	}

	/**
	 * Whether the calling thread is inside a call that begins anew if it asks for that.
	 * @return whether it is
	 */
	protected static boolean isCallerRestarted() {
		return isCallerInside((call) -> call instanceof ScopedCall scoped && scoped.isRestarted());
	}

	/**
	 * Whether a worker is restarted at once for what it threw.
	 * @param thrown what was thrown
	 * @return whether it or one of its causes asks for that
	 */
	public static boolean isRestartWish(@Nullable Throwable thrown) {
		Throwable each = thrown;
		for (int count = 0; each != null && count < MAX_CAUSES; count++) {
			if (each instanceof RestartNow) {
				return true;
			}
			each = Guarded.cause(each);
		}
		return false;
	}

	/**
	 * Takes it as having left, although the calling thread is inside. Not called inside
	 * the coordinator.
	 */
	public final void letGo() {
		release();
		this.scope.workplace().coordination().submit(Command.of(() -> this.scope.release(this)));
	}

	// So that it can be asked here.
	@Override
	protected boolean isToFinish() {
		return false;
	}

	@Override
	protected boolean begin(@Nullable Thread runner) {
		if (!this.scope.mayBegin()) {
			withdraw();
		}
		return super.begin(runner);
	}

	/**
	 * Enters user code without the coordinator.
	 * @param runner its thread, or {@code null} if it has none
	 * @return {@code false} if it must not be run
	 */
	protected final boolean beginDirectly(@Nullable Thread runner) {
		this.scope.direct().add(this);
		if (this.scope.isEnded() || !this.scope.mayBegin()) {
			withdraw();
		}
		return super.begin(runner);
	}

	/**
	 * What is put around the user code of this.
	 * @return it, or {@code null} if that is called directly
	 */
	protected final @Nullable Surrounding surrounding() {
		return this.scope.workplace().environment().surrounding();
	}

	/**
	 * User code of this, as something is put around it.
	 * @param kind what it is
	 * @param name its name
	 * @param isNameFixed whether the service has few names of that kind
	 * @param origin of whoever sent what it is given, or {@code null}
	 * @param body calls it
	 * @return the code
	 */
	protected final Surrounding.Inner inner(WorkKind kind, String name, boolean isNameFixed, @Nullable Object origin,
			Surrounding.Body body) {
		return new Surrounding.Inner(
				new Surrounding.Subject(kind.toString(), this.scope.serviceName(), name, isNameFixed, null), origin,
				this::isCancellation, body);
	}

	/**
	 * It has left what it has entered by {@link #beginDirectly}.
	 */
	protected final void leaveDirectly() {
		this.scope.direct().remove(this);
	}

	@Override
	protected final ServiceContext owner() {
		return this.scope.incarnation();
	}

	/**
	 * Whether something was thrown because this was told to end: it was interrupted, its
	 * lease is over, or it heard from what it asked for that its service is to stop
	 * before it was.
	 * @param thrown what user code threw
	 * @return whether it is no failure
	 */
	protected final boolean isCancellation(@Nullable Throwable thrown) {
		return thrown != null && (isInterrupted() || !this.scope.mayBegin() || (this.scope.isEnded() && !isToFinish()))
				&& Cancellation.mayHaveCaused(thrown);
	}

	/**
	 * The stop of its service has cut it off. It is told once. Called inside the
	 * coordinator.
	 * @param what what was cut off
	 * @param stack where it was
	 */
	protected final void cutOff(String what, List<StackTraceElement> stack) {
		if (!this.cutOff) {
			this.cutOff = true;
			this.scope.ending().tell(what, stack);
		}
	}

}
