package io.managedservices.engine;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.managedservices.ServiceEvent;
import io.managedservices.ServiceEventListener;

/**
 * Tells listeners what happened, one event at a time, in order, on a thread of the
 * backend. Entered by the coordinator, which adds, and by the one thread that delivers.
 */
final class EventDispatcher {

	private static final Log logger = LogFactory.getLog(EventDispatcher.class);

	private final List<ServiceEventListener> listeners = new CopyOnWriteArrayList<>();

	private final Queue<ServiceEvent> events = new ConcurrentLinkedQueue<>();

	private final AtomicInteger pending = new AtomicInteger();

	private final Backend backend;

	private final Runnable delivery = this::deliver;

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

	void publish(List<ServiceEvent> batch) {
		this.events.addAll(batch);
		if (this.pending.getAndAdd(batch.size()) == 0) {
			this.backend.execute(this.delivery);
		}
	}

	private void deliver() {
		int missed = this.pending.get();
		while (missed != 0) {
			for (int delivered = 0; delivered < missed; delivered++) {
				ServiceEvent event = this.events.poll();
				if (event != null) {
					deliver(event);
				}
			}
			missed = this.pending.addAndGet(-missed);
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

}
