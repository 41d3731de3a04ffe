// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.log;

import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;

import io.managedservices.internal.line.Guarded;
import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.line.RepeatedLog;
import io.managedservices.internal.line.RepeatedLog.Level;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.ServiceFailureListener;

/**
 * Passes every failure of services and of their work to the
 * {@link ServiceFailureListener}s. One that throws is logged, and the others are notified
 * all the same. Told one event at a time, as listeners are.
 *
 * @since 0.1.0
 */
public final class ServiceFailureListeners implements LifecycleListener {

	private static final Log logger = LineLog.of(ServiceFailureListeners.class);

	private final List<ServiceFailureListener> listeners;

	private final RepeatedLog log;

	/**
	 * Create a listener.
	 * @param listeners who is notified, in this order
	 * @param nanoTime the time, in nanoseconds
	 */
	public ServiceFailureListeners(List<ServiceFailureListener> listeners, LongSupplier nanoTime) {
		this.listeners = List.copyOf(listeners);
		this.log = new RepeatedLog(logger, nanoTime);
	}

	@Override
	public boolean supportsExposedEvents() {
		return false;
	}

	@Override
	public void onEvent(LifecycleEvent event) {
		this.log.look();
		if (event instanceof LifecycleEvent.WorkFailed failed) {
			notifyListeners(failed.failure());
		}
		else if (event instanceof LifecycleEvent.ServiceFailed failed) {
			notifyListeners(failed.failure());
		}
		else if (event instanceof LifecycleEvent.Stopped) {
			this.log.end();
		}
	}

	private void notifyListeners(ServiceFailure failure) {
		this.listeners.forEach((listener) -> notify(listener, failure));
	}

	private void notify(ServiceFailureListener listener, ServiceFailure failure) {
		String name = listener.getClass().getName();
		try {
			listener.onFailure(failure);
		}
		catch (Throwable ex) {
			this.log.write(Level.ERROR, name, Guarded.text(ex),
					() -> "The failure listener %s could not take the failure of %s of service '%s'".formatted(name,
							failure.what(), failure.service()),
					ex);
		}
		// One that was left by a listener is not meant for the next.
		Thread.interrupted();
	}

	@Override
	public String toString() {
		return this.listeners.stream()
			.map((listener) -> listener.getClass().getName())
			.collect(Collectors.joining(", ", "for failure listeners [", "]"));
	}

}
