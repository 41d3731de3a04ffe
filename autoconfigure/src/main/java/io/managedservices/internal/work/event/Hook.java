// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

import io.managedservices.event.EventPolicy;
import io.managedservices.internal.graph.ServiceHook;

/**
 * A hook of a service, declared or subscribed by an incarnation. Immutable, but for that
 * it may be closed, by any thread, and for what its last call came to.
 */
final class Hook {

	final Mailbox mailbox;

	final String name;

	final String source;

	final Class<?> type;

	/** What its events are told apart by beyond their class, if anything. */
	private final @Nullable ResolvableType generic;

	final EventPolicy policy;

	/** Where events are held for it. */
	final LetterBuffer buffer;

	final ServiceHook.Body body;

	/** Its place among all hooks. */
	final long number;

	/** Whether its last call has failed. Used by one delivery at a time. */
	boolean failing;

	private volatile boolean closed;

	Hook(Mailbox mailbox, ServiceHook declared, long number) {
		this.mailbox = mailbox;
		this.name = declared.name();
		this.source = declared.source();
		this.type = declared.type();
		this.generic = declared.eventType().hasGenerics() ? declared.eventType() : null;
		this.policy = declared.policy();
		this.buffer = (declared.buffer() != ServiceHook.OF_SERVICE) ? new LetterBuffer(declared.buffer())
				: mailbox.buffer();
		this.body = declared.hook();
		this.number = number;
	}

	/**
	 * Whether it takes events of a type, of which it knows that the class is right.
	 * @param eventType the type
	 * @return whether it does
	 */
	boolean takes(ResolvableType eventType) {
		return this.generic == null || this.generic.isAssignableFrom(eventType);
	}

	boolean takesFrom(String service) {
		return this.source.isEmpty() || this.source.equals(service);
	}

	void close() {
		this.closed = true;
	}

	boolean isClosed() {
		return this.closed;
	}

	/**
	 * Whether nothing is held for it while its service does not run.
	 * @return whether it was closed, or is not to hear of what it cannot take at once
	 */
	boolean isForgetful() {
		return this.closed || this.policy == EventPolicy.DROP;
	}

}
