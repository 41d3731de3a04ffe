package io.managedservices;

import java.util.List;

/**
 * An event could not be taken by a hook whose {@link EventPolicy} is to fail.
 *
 * @since 0.1.0
 */
public final class EventRefusedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient List<String> services;

	/**
	 * Create the exception.
	 * @param source the name of the service that emitted it
	 * @param event the event
	 * @param services the names of the services that could not take it
	 */
	public EventRefusedException(String source, Object event, List<String> services) {
		super("An event of type %s of service '%s' could not be taken by '%s': expected its source to go on and each of these to run and to have room, found that the source is to stop, or one that does not run or has as many events waiting as managed-services.work.event-capacity allows"
			.formatted(event.getClass().getName(), source, String.join("', '", services)));
		this.services = List.copyOf(services);
	}

	/**
	 * The services that could not take it.
	 * @return their names
	 */
	public List<String> services() {
		return this.services;
	}

}
