// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.internal.engine.work.OwnedWork;
import io.managedservices.internal.work.WorkAccess;
import io.managedservices.monitor.WorkSnapshot.EventStatus;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Knows which hooks there are for each event of a simulation, and checks what becomes of
 * it: every one for every hook is delivered, held or dropped, and counted as such, and
 * those of one source come in order, none twice. For use by one thread.
 */
public final class EventWatch {

	private final List<Listener> listeners = new ArrayList<>();

	private final Map<String, Listener> declared = new HashMap<>();

	/** How many calls of hooks each service is to have, or to know why it has not. */
	private final Map<String, Long> matched = new HashMap<>();

	private final Map<String, Long> told = new HashMap<>();

	private final Map<String, Integer> numbers = new HashMap<>();

	/**
	 * Takes over a hook that a service was declared to have.
	 * @param target the service, with no other hook
	 * @param source the service that it hears, empty for all
	 * @param type the type of the events
	 */
	public void declare(String target, String source, Class<?> type) {
		Listener listener = new Listener(target, source, type, null);
		this.listeners.add(listener);
		this.declared.put(target, listener);
		this.matched.put(target, 0L);
	}

	/**
	 * An incarnation is about to subscribe.
	 * @param incarnation the incarnation
	 * @param source the service that it hears, empty for all
	 * @param type the type of the events
	 * @return its hook
	 */
	public Listener subscribe(ServiceContext incarnation, String source, Class<?> type) {
		Listener listener = new Listener(incarnation.name(), source, type, incarnation);
		if (!incarnation.isStopping()) {
			this.listeners.removeIf(Listener::hasEnded);
			this.listeners.add(listener);
			this.matched.putIfAbsent(incarnation.name(), 0L);
		}
		return listener;
	}

	/**
	 * The number of the next event of a service.
	 * @param source the service
	 * @return its number, higher than all before
	 */
	public int next(String source) {
		return this.numbers.merge(source, 1, Integer::sum);
	}

	/**
	 * An event is about to be emitted.
	 * @param source the service that it is from
	 * @param event the event
	 */
	public void emits(String source, Object event) {
		for (Listener listener : this.listeners) {
			if (listener.takes(source, event)) {
				this.matched.merge(listener.target, 1L, Long::sum);
			}
		}
	}

	/**
	 * The hook that a service was declared to have.
	 * @param target the service
	 * @return its hook
	 */
	public Listener declared(String target) {
		return Objects.requireNonNull(this.declared.get(target));
	}

	/**
	 * An event comes to a hook.
	 * @param listener the hook
	 * @param source the service that it is from
	 * @param lane what it must not overtake others in
	 * @param number its number
	 */
	public void tells(Listener listener, String source, String lane, int number) {
		this.told.merge(listener.target, 1L, Long::sum);
		assertThat(listener.hasEnded()).as("'%s' is told after its subscription has ended", listener.target).isFalse();
		assertThat(listener.source).as("source that is told to '%s'", listener.target).isIn("", source);
		Integer before = listener.last.put(source + lane, number);
		assertThat(number).as("number of an event of '%s' that is told to '%s'", source, listener.target)
			.isGreaterThan((before != null) ? before : 0);
	}

	/**
	 * The services that have or had any hook.
	 * @return their names
	 */
	public Iterable<String> targets() {
		return this.matched.keySet();
	}

	/**
	 * Checks that nothing was lost of what was emitted for a service.
	 * @param target the service
	 * @param owned its work
	 */
	public void check(String target, OwnedWork owned) {
		Mailbox mailbox = WorkAccess.mailbox(owned);
		EventStatus status = mailbox.status();
		long matches = this.matched.getOrDefault(target, 0L);
		long tells = this.told.getOrDefault(target, 0L);
		if (status.delivered() != tells || status.delivered() + status.held() + status.dropped() != matches) {
			throw new AssertionError("Events for '%s': %d were to come, %d hooks were called, and it counts %s"
				.formatted(target, matches, tells, status));
		}
	}

	/**
	 * A hook, as the simulation knows it.
	 */
	public static final class Listener {

		private final String target;

		private final String source;

		private final Class<?> type;

		private final @Nullable ServiceContext incarnation;

		private final Map<String, Integer> last = new HashMap<>();

		private boolean closed;

		Listener(String target, String source, Class<?> type, @Nullable ServiceContext incarnation) {
			this.target = target;
			this.source = source;
			this.type = type;
			this.incarnation = incarnation;
		}

		private boolean takes(String from, Object event) {
			return !hasEnded() && this.type.isInstance(event) && (this.source.isEmpty() || this.source.equals(from));
		}

		private boolean hasEnded() {
			return this.closed || (this.incarnation != null && this.incarnation.isStopping());
		}

		/**
		 * It is about to be closed.
		 */
		public void close() {
			this.closed = true;
		}

	}

}
