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
	 * @param message which event, which services, and why
	 * @param services the names of the services that could not take it
	 */
	public EventRefusedException(String message, List<String> services) {
		super(message);
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
