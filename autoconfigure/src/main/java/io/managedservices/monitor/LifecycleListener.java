// SPDX-License-Identifier: Apache-2.0
package io.managedservices.monitor;

/**
 * Receives what happens to services: a bean of this type, or one that was given to
 * {@link ServiceMonitor#addListener}.
 * <p>
 * Events come one at a time, in order, outside the engine. Each listener has its own
 * queue, whatever others do: a slow one delays nothing but itself, and which of two hears
 * of an event first is not said. {@linkplain LifecycleEvent.Emitted Exposed} events are
 * dropped for a listener, and counted, when too many wait for it.
 * <p>
 * What a listener throws is logged. When the application context is closed, listeners
 * have two seconds for what they have not been told by then; the log says which did not
 * get through.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface LifecycleListener {

	/**
	 * Something happened.
	 * @param event what happened
	 */
	void onEvent(LifecycleEvent event);

	/**
	 * Whether the listener is told {@linkplain LifecycleEvent.Emitted exposed} events as
	 * well, of which there may be very many. Asked once, when it is added.
	 * @return {@code true} unless it is overridden
	 */
	default boolean supportsExposedEvents() {
		return true;
	}

}
