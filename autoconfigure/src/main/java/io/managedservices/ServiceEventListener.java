package io.managedservices;

/**
 * Is told what happens to services: a bean of this type, or one that was given to
 * {@link ManagedServices#addListener}.
 * <p>
 * Events come one at a time, in order, outside the engine: a slow listener delays other
 * listeners and nothing else, but that {@linkplain ServiceEvent.Emitted exposed} events
 * are dropped and counted when too many wait. What it throws is logged.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ServiceEventListener {

	/**
	 * Something happened.
	 * @param event what happened
	 */
	void onEvent(ServiceEvent event);

}
