// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.work.core.ContextCarrier;

/**
 * The context of whoever emits an event, captured once for each service that takes it:
 * these run their hooks at the same time, and what a
 * {@link org.springframework.core.task.TaskDecorator} returns need not bear that.
 * Immutable.
 */
final class EventContexts {

	/** Carries nothing, to anybody. */
	static final EventContexts NONE = new EventContexts(null, null);

	private final @Nullable Map<Mailbox, ContextCarrier> byMailbox;

	/** What goes along with the event. */
	private final @Nullable Object origin;

	private EventContexts(@Nullable Map<Mailbox, ContextCarrier> byMailbox, @Nullable Object origin) {
		this.byMailbox = byMailbox;
		this.origin = origin;
	}

	/**
	 * Captures nothing, and says what goes along with the event.
	 * @param origin of the emitter, or {@code null}
	 * @return a context for anybody
	 */
	static EventContexts of(@Nullable Object origin) {
		return (origin != null) ? new EventContexts(null, origin) : NONE;
	}

	/**
	 * Captures the context of the calling thread.
	 * @param decorator how
	 * @param addresses for whom
	 * @param origin what goes along with the event, or {@code null}
	 * @return a context for each of them
	 */
	static EventContexts capture(UnaryOperator<Runnable> decorator, List<Route.Address> addresses,
			@Nullable Object origin) {
		Map<Mailbox, ContextCarrier> byMailbox = new HashMap<>();
		addresses.forEach((address) -> byMailbox.put(address.mailbox(), ContextCarrier.capture(decorator)));
		return new EventContexts(byMailbox, origin);
	}

	/**
	 * Whether the event is for a service.
	 * @param mailbox the mailbox of the service
	 * @return {@code false} if the service had no hook for it when it was emitted
	 */
	boolean reach(Mailbox mailbox) {
		return this.byMailbox == null || this.byMailbox.containsKey(mailbox);
	}

	/**
	 * What goes along with the event.
	 * @return of the emitter, or {@code null}
	 */
	@Nullable Object origin() {
		return this.origin;
	}

	/**
	 * The context for a service.
	 * @param mailbox the mailbox of the service
	 * @return its own context
	 */
	ContextCarrier of(Mailbox mailbox) {
		ContextCarrier own = (this.byMailbox != null) ? this.byMailbox.get(mailbox) : null;
		return (own != null) ? own : ContextCarrier.NONE;
	}

}
