// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.managedservices.event.EventOrigin;
import io.managedservices.internal.work.core.WorkScope;

/**
 * An event on its way to all who have a hook for it. Immutable.
 *
 * @param source the service that it is from
 * @param scope the work in which it was emitted, or {@code null} if it was injected: then
 * it does not wait for its source to run
 * @param event the event
 * @param typeKey what its type is found by
 * @param contexts what is put around the hooks
 * @param exposed whether it is known to be seen outside the services
 */
record Emission(Outbox source, @Nullable WorkScope scope, Object event, Object typeKey, EventContexts contexts,
		boolean exposed) implements Supplier<EventOrigin> {

	Emission(Outbox source, @Nullable WorkScope scope, Object event, Object typeKey, EventContexts contexts) {
		this(source, scope, event, typeKey, contexts, false);
	}

	/**
	 * The same, once it is known to be seen outside the services.
	 * @return the event
	 */
	Emission asExposed() {
		return new Emission(this.source, this.scope, this.event, this.typeKey, this.contexts, true);
	}

	/**
	 * Where it comes from.
	 * @return its origin, made when a hook asks for it
	 */
	@Override
	public EventOrigin get() {
		return new EventOrigin(this.source.serviceName(), this.exposed);
	}

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
