package io.managedservices.engine;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceEvent;
import io.managedservices.ServiceEventListener;
import io.managedservices.concurrent.Backend;
import io.managedservices.concurrent.Guarded;
import io.managedservices.concurrent.GuardedLog;
import io.managedservices.concurrent.Inbox;

/**
 * Tells listeners what happened, one event at a time, in order, on a thread of the
 * backend. Of exposed events, which come as fast as applications emit them, only so many
 * wait; all others are told, whatever listeners do. Entered by the coordinator, which
 * adds, and by the one thread that delivers.
 */
final class EventDispatcher {

	private static final Log logger = LogFactory.getLog(EventDispatcher.class);

	private final List<ServiceEventListener> listeners = new CopyOnWriteArrayList<>();

	private final Inbox<Batch> batches = new Inbox<>();

	private final ExposedBacklog exposed;

	private final Backend backend;

	private final Runnable delivery = this::deliver;

	/**
	 * The last events that were told and not handed over. Confined to the coordinator.
	 */
	private @Nullable Batch newest;

	private @Nullable Batch oldest;

	/**
	 * Create a dispatcher.
	 * @param backend time and threads
	 * @param exposedEventBuffer how many exposed events wait at most
	 */
	EventDispatcher(Backend backend, int exposedEventBuffer) {
		this.backend = backend;
		this.exposed = new ExposedBacklog(backend, exposedEventBuffer);
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
	 * Takes an event for all listeners. Called inside the coordinator.
	 * @param event what happened
	 * @return {@code false} if it is dropped, as only an exposed event is
	 */
	boolean tell(ServiceEvent event) {
		if (event instanceof ServiceEvent.Emitted && !this.exposed.add()) {
			return false;
		}
		Batch batch = this.newest;
		if (batch == null || batch.isFull()) {
			batch = begin(batch);
		}
		batch.add(event);
		return true;
	}

	private Batch begin(@Nullable Batch before) {
		Batch batch = new Batch();
		if (before == null) {
			this.oldest = batch;
		}
		else {
			batch.putAfter(before);
		}
		this.newest = batch;
		return batch;
	}

	/**
	 * Hands over what was told, in order. Called inside the coordinator.
	 */
	void flush() {
		Batch last = this.newest;
		if (last != null) {
			this.newest = null;
			if (this.batches.add(last, Objects.requireNonNull(this.oldest))) {
				this.backend.deliver(this.delivery);
			}
		}
	}

	private void deliver() {
		Batch batch = this.batches.takeAll();
		while (batch != null) {
			batch.forEach(this::deliver);
			Batch next = Inbox.next(batch);
			batch = (next != null) ? next : this.batches.takeAll();
		}
	}

	private void deliver(ServiceEvent event) {
		if (event instanceof ServiceEvent.Emitted) {
			this.exposed.take();
		}
		for (ServiceEventListener listener : this.listeners) {
			try {
				listener.onEvent(event);
			}
			catch (Throwable ex) {
				GuardedLog.error(logger,
						"The listener %s failed on %s".formatted(Guarded.text(listener), Guarded.text(event)), ex);
			}
			// One that was left by a listener is not meant for the next.
			Thread.interrupted();
		}
	}

	/**
	 * A few events on their way: a link for each of them costs as much as the event.
	 */
	private static final class Batch extends Inbox.Item {

		private final @Nullable ServiceEvent[] events = new ServiceEvent[8];

		private int size;

		boolean isFull() {
			return this.size == this.events.length;
		}

		void add(ServiceEvent event) {
			this.events[this.size++] = event;
		}

		void forEach(Consumer<ServiceEvent> action) {
			for (int index = 0; index < this.size; index++) {
				action.accept(Objects.requireNonNull(this.events[index]));
			}
		}

	}

}
