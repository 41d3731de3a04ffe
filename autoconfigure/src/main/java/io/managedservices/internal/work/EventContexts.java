// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * The context of whoever emits an event, captured once for each service that takes it:
 * these run their hooks at the same time, and what a
 * {@link org.springframework.core.task.TaskDecorator} returns need not bear that.
 * Immutable.
 */
final class EventContexts {

	/** Carries nothing, to anybody. */
	static final EventContexts NONE = new EventContexts(null);

	private final @Nullable Map<Mailbox, ContextCarrier> byMailbox;

	private EventContexts(@Nullable Map<Mailbox, ContextCarrier> byMailbox) {
		this.byMailbox = byMailbox;
	}

	/**
	 * Captures the context of the calling thread.
	 * @param decorator how
	 * @param addresses for whom
	 * @return a context for each of them
	 */
	static EventContexts capture(UnaryOperator<Runnable> decorator, List<Route.Address> addresses) {
		Map<Mailbox, ContextCarrier> byMailbox = new HashMap<>();
		addresses.forEach((address) -> byMailbox.put(address.mailbox(), ContextCarrier.capture(decorator)));
		return new EventContexts(byMailbox);
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
	 * The context for a service.
	 * @param mailbox the mailbox of the service
	 * @return its own context
	 */
	ContextCarrier of(Mailbox mailbox) {
		ContextCarrier own = (this.byMailbox != null) ? this.byMailbox.get(mailbox) : null;
		return (own != null) ? own : ContextCarrier.NONE;
	}

}
