// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lifecycle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.managedservices.ManagedServices;
import io.managedservices.internal.engine.run.ExitRequest;
import io.managedservices.internal.lifecycle.ServicesStartException.RootCause;
import io.managedservices.internal.text.FailureText;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

/**
 * Finds out why not all required services run, before they are stopped and no longer tell
 * it. Stateless.
 */
final class StartFailure {

	/** How many services are looked at: each costs the way down to its root cause. */
	private static final int MAX_SERVICES = 20;

	private StartFailure() {
	}

	/**
	 * Whether a start has failed because a service wished for the end of the application.
	 * @param failure what the start ended with
	 * @return whether it has
	 */
	static boolean isExit(Throwable failure) {
		return failure instanceof ExitRequest;
	}

	/**
	 * Describes the failure of a start that the context waits for.
	 * @param services the services, as the failure left them
	 * @param failure what the start ended with
	 * @return the failure with its root causes, or the wish of a service for the end
	 */
	static RuntimeException ofWaiting(ManagedServices services, Throwable failure) {
		return (failure instanceof ExitRequest request)
				? new ServicesExitException(request.getMessage() + ".", request.code()) : of(services, failure);
	}

	/**
	 * Describes the failure of a start.
	 * @param services the services, as the failure left them
	 * @param failure what the start ended with
	 * @return the failure with its root causes
	 */
	static ServicesStartException of(ManagedServices services, Throwable failure) {
		Map<String, RootCause> causes = new LinkedHashMap<>();
		List<ServiceSnapshot> down = services.snapshots().stream().filter(StartFailure::isMissing).toList();
		// Those that failed first: the others may be on their way still.
		down.stream()
			.filter(StartFailure::hasFailed)
			.limit(MAX_SERVICES)
			.forEach((service) -> add(services, service, causes));
		down.stream()
			.filter((service) -> !hasFailed(service))
			.limit(MAX_SERVICES)
			.forEach((service) -> add(services, service, causes));
		boolean anyFailed = causes.values().stream().anyMatch((cause) -> isFinal(cause.service()));
		List<RootCause> rootCauses = causes.values()
			.stream()
			.filter((cause) -> !anyFailed || isFinal(cause.service()))
			.toList();
		String service = (failure instanceof ServiceException exception) ? exception.getService() : null;
		ServicesStartException start = new ServicesStartException(service, message(failure, rootCauses),
				(failure.getCause() != null) ? failure.getCause() : failure, rootCauses);
		rootCauses.stream()
			.map(RootCause::service)
			.filter((cause) -> hasFailed(cause) && !cause.name().equals(service))
			.map(StartFailure::failure)
			.forEach(start::addSuppressed);
		return start;
	}

	// Others may have failed since the first one ended the start.
	private static String message(Throwable failure, List<RootCause> rootCauses) {
		String message = String.valueOf(failure.getMessage());
		StringBuilder all = new StringBuilder(message);
		rootCauses.stream()
			.map(RootCause::service)
			.filter((cause) -> hasFailed(cause) && !message.contains("'" + cause.name() + "'"))
			.forEach((cause) -> all.append('\n').append(failure(cause).getMessage()));
		return all.toString();
	}

	private static ServiceException failure(ServiceSnapshot service) {
		Throwable cause = service.failure();
		return new ServiceException(service.name(),
				"Service '%s' failed%s.".formatted(service.name(), (cause != null) ? ": " + FailureText.of(cause) : ""),
				cause);
	}

	private static boolean isMissing(ServiceSnapshot service) {
		return service.service().required() && service.state() != ServiceState.RUNNING && !isUnwanted(service);
	}

	private static boolean hasFailed(ServiceSnapshot service) {
		return service.state() == ServiceState.FAILED;
	}

	private static boolean isUnwanted(ServiceSnapshot service) {
		return service.state() == ServiceState.NEW || service.state() == ServiceState.STOPPED;
	}

	// Neither time nor another attempt will help.
	private static boolean isFinal(ServiceSnapshot service) {
		return hasFailed(service) || isUnwanted(service);
	}

	private static void add(ManagedServices services, ServiceSnapshot service, Map<String, RootCause> causes) {
		List<ServiceSnapshot> blockers = services.blockers(service.name());
		ServiceSnapshot root = blockers.isEmpty() ? service : blockers.get(blockers.size() - 1);
		RootCause cause = causes.computeIfAbsent(root.name(), (name) -> new RootCause(root, new ArrayList<>()));
		if (!blockers.isEmpty()) {
			List<String> chain = new ArrayList<>();
			chain.add(service.name());
			blockers.forEach((blocker) -> chain.add(blocker.name()));
			cause.chains().add(chain);
		}
	}

}
