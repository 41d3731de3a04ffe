// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.internal.call.UserCall;

/**
 * A call of user code that is work of one incarnation of a service.
 */
abstract class ScopedCall extends UserCall {

	final WorkScope scope;

	/** Whether it was told that it was cut off. Confined to the coordinator. */
	private boolean cutOff;

	ScopedCall(WorkScope scope) {
		this.scope = scope;
	}

	/**
	 * What it is, for people.
	 * @return such as {@code worker 'listener'}
	 */
	abstract String what();

	// So that it can be asked here.
	@Override
	protected boolean isToFinish() {
		return false;
	}

	@Override
	protected final ServiceContext owner() {
		return this.scope.incarnation();
	}

	/**
	 * Whether something was thrown because this was told to end: it was interrupted, or
	 * heard from what it asked for that its service is to stop before it was.
	 * @param thrown what user code threw
	 * @return whether it is no failure
	 */
	final boolean isCancellation(@Nullable Throwable thrown) {
		return thrown != null && (isInterrupted() || (this.scope.isEnded() && !isToFinish()))
				&& Cancellation.mayHaveCaused(thrown);
	}

	/**
	 * The stop of its service has cut it off. It is told once. Called inside the
	 * coordinator.
	 * @param what what was cut off
	 * @param stack where it was
	 */
	final void cutOff(String what, List<StackTraceElement> stack) {
		if (!this.cutOff) {
			this.cutOff = true;
			this.scope.ending().tell(what, stack);
		}
	}

}
