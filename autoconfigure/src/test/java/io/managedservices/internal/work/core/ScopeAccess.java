// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.core;

import java.time.Duration;
import java.util.List;

import io.managedservices.internal.engine.kernel.WorkInside.Remaining;

/**
 * What tests of other rooms may do with scopes and what is in them.
 */
public final class ScopeAccess {

	/** How long what has looked may look once more. */
	public static final Duration GRACE = WorkEnding.GRACE;

	private ScopeAccess() {
	}

	/**
	 * A scope of no service.
	 * @return a scope that has not ended
	 */
	@SuppressWarnings("NullAway")
	public static WorkScope open() {
		return new WorkScope(null, null) {

			@Override
			public boolean mayBegin() {
				return true;
			}

		};
	}

	public static void close(WorkScope scope) {
		scope.close();
	}

	public static List<ScopedCall> directCalls(WorkScope scope) {
		return scope.direct().all();
	}

	public static List<Remaining> remaining(WorkScope scope) {
		return scope.remaining();
	}

	/**
	 * As when half of the stop timeout has passed.
	 * @param scope the scope
	 */
	public static void interrupt(WorkScope scope) {
		scope.ending().interrupt();
	}

	public static boolean isInside(WorkScope scope, Unit unit) {
		return scope.isInside(unit);
	}

	public static boolean isToFinish(ScopedCall call) {
		return call.isToFinish();
	}

}
