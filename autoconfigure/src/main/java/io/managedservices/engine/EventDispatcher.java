package io.managedservices.engine;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceEvent;
import io.managedservices.ServiceEventListener;
import io.managedservices.concurrent.Backend;
import io.managedservices.concurrent.Inbox;

/**
 * Tells listeners what happened, one event at a time, in order, on a thread of the
 * backend. Entered by the coordinator, which adds, and by the one thread that delivers.
 */
final class EventDispatcher {

	private static final Log logger = LogFactory.getLog(EventDispatcher.class);

	private final List<ServiceEventListener> listeners = new CopyOnWriteArrayList<>();

	private final Inbox<Letter> events = new Inbox<>();

	private final Backend backend;

	private final Runnable delivery = this::deliver;

	/** The last event that was told and not handed over. Confined to the coordinator. */
	private @Nullable Letter newest;

	private @Nullable Letter oldest;

	EventDispatcher(Backend backend) {
		this.backend = backend;
	}

	void add(ServiceEventListener listener) {
		this.listeners.add(listener);
	}

	void remove(ServiceEventListener listener) {
		this.listeners.remove(listener);
	}

	boolean hasListeners() {
		return !this.listeners.isEmpty();
	}

	/**
	 * Takes a letter for all listeners. Called inside the coordinator.
	 * @param event what happened
	 */
	void tell(ServiceEvent event) {
		Letter letter = new Letter(event);
		if (this.newest == null) {
			this.oldest = letter;
		}
		else {
			letter.putAfter(this.newest);
		}
		this.newest = letter;
	}

	/**
	 * Hands over what was told, in order. Called inside the coordinator.
	 */
	void flush() {
		Letter last = this.newest;
		if (last != null) {
			this.newest = null;
			if (this.events.add(last, Objects.requireNonNull(this.oldest))) {
				this.backend.deliver(this.delivery);
			}
		}
	}

	private void deliver() {
		Letter letter = this.events.takeAll();
		while (letter != null) {
			deliver(letter.event);
			Letter next = Inbox.next(letter);
			letter = (next != null) ? next : this.events.takeAll();
		}
	}

	private void deliver(ServiceEvent event) {
		for (ServiceEventListener listener : this.listeners) {
			try {
				listener.onEvent(event);
			}
			catch (Throwable ex) {
				logger.error("The listener " + listener + " failed on " + event, ex);
			}
			// One that was left by a listener is not meant for the next.
			Thread.interrupted();
		}
	}

	/**
	 * An event on its way.
	 */
	private static final class Letter extends Inbox.Item {

		private final ServiceEvent event;

		Letter(ServiceEvent event) {
			this.event = event;
		}

	}

}
