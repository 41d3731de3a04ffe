// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import org.jspecify.annotations.Nullable;

/**
 * An event on its way to all who have a hook for it. Immutable.
 *
 * @param source the service that it is from
 * @param scope the work in which it was emitted, or {@code null} if it was injected: then
 * it does not wait for its source to run
 * @param event the event
 * @param typeKey what its type is found by
 * @param contexts what is put around the hooks
 */
record Emission(Outbox source, @Nullable WorkScope scope, Object event, Object typeKey, EventContexts contexts) {

	boolean isInjected() {
		return this.scope == null;
	}

	/**
	 * Whether it was emitted in an attempt to start that failed.
	 * @return whether it is to reach nobody
	 */
	boolean isVoid() {
		return this.scope != null && this.scope.isEnded() && !this.scope.hasRun();
	}

}
