// SPDX-License-Identifier: Apache-2.0
package io.managedservices.health;

import org.springframework.boot.health.contributor.Status;

import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceState;

/**
 * Maps a service to a {@link Status}. Stateless.
 */
final class ServiceStatus {

	/**
	 * An optional service that is not up. Boot leaves a status that is not in its order
	 * out of the aggregate, so that it is shown and never takes the whole down.
	 */
	static final Status DEGRADED = new Status("DEGRADED", "An optional service is not up");

	private ServiceStatus() {
	}

	/**
	 * The status of a service.
	 * @param service the service
	 * @return its status
	 */
	static Status of(ServiceSnapshot service) {
		Status status = ofRequired(service);
		boolean isAsItIs = service.service().required() || status.equals(Status.UP)
				|| service.state() == ServiceState.STANDBY;
		return isAsItIs ? status : DEGRADED;
	}

	/**
	 * The status of a component of a running service.
	 * @param component the component
	 * @return its status
	 */
	static Status of(ServiceSnapshot.Component component) {
		if (!component.healthy()) {
			return Status.DOWN;
		}
		return component.ready() ? Status.UP : Status.OUT_OF_SERVICE;
	}

	private static Status ofRequired(ServiceSnapshot service) {
		return switch (service.state()) {
			case NEW, STOPPED, STANDBY -> service.healthy() ? Status.UNKNOWN : Status.DOWN;
			case FAILED -> Status.DOWN;
			case PREPARING, WAITING, STARTING, BACKOFF, STOPPING, RUNNING -> ofWanted(service);
		};
	}

	private static Status ofWanted(ServiceSnapshot service) {
		if (!service.healthy()) {
			return Status.DOWN;
		}
		return service.ready() ? Status.UP : Status.OUT_OF_SERVICE;
	}

}
