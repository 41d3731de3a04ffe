// SPDX-License-Identifier: Apache-2.0
package io.managedservices.event;

import java.util.List;
import java.util.stream.Collectors;

import io.managedservices.internal.text.SettingKey;

/**
 * An event could not be taken by a hook whose {@link EventPolicy} is to fail.
 *
 * @since 0.1.0
 */
public final class EventRefusedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient List<Refusal> refusals;

	/**
	 * Create the exception.
	 * @param source the name of the service that emitted it
	 * @param event the event
	 * @param refusals who could not take it, and why
	 */
	public EventRefusedException(String source, Object event, List<Refusal> refusals) {
		super("An event of type %s of service '%s' could not be taken by %s".formatted(event.getClass().getName(),
				source, refusals.stream().map(Refusal::text).collect(Collectors.joining(", nor by "))));
		this.refusals = List.copyOf(refusals);
	}

	/**
	 * The services that could not take it.
	 * @return their names
	 */
	public List<String> services() {
		return this.refusals.stream().map(Refusal::service).toList();
	}

	/**
	 * Who could not take it, and why.
	 * @return a refusal of each service
	 */
	public List<Refusal> refusals() {
		return this.refusals;
	}

	/**
	 * Whether it was refused since the service that emitted it is to stop.
	 * @return whether that is why
	 */
	public boolean isSourceToStop() {
		return this.refusals.stream().anyMatch((refusal) -> refusal.reason() == Reason.SOURCE_STOPS);
	}

	/**
	 * That a service could not take an event. Immutable.
	 *
	 * @param service its name
	 * @param reason why
	 */
	public record Refusal(String service, Reason reason) {

		private String text() {
			return "'" + this.service + "', " + switch (this.reason) {
				case NOT_RUNNING -> "which does not run";
				case SOURCE_STOPS -> "since its source is to stop";
				case FULL -> "which has as many events waiting as %s, or that of the defaults, allows"
					.formatted(SettingKey.ofService(this.service, "event-buffer"));
			};
		}

	}

	/**
	 * Why an event could not be taken.
	 */
	public enum Reason {

		/** The service does not run. */
		NOT_RUNNING,

		/** The service that emitted it is to stop. */
		SOURCE_STOPS,

		/** As many events wait for the service as may. */
		FULL

	}

}
