// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.endpoint;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.managedservices.actuate.endpoint.ServiceTransitions.Transition;
import io.managedservices.actuate.operation.PossibleOperation;
import io.managedservices.actuate.work.ItemsDescriptor;
import io.managedservices.actuate.work.Millis;
import io.managedservices.actuate.work.WorkDescriptor;
import io.managedservices.internal.text.FailureText;
import io.managedservices.item.ItemsSnapshot;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.monitor.WorkSnapshot;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceKind;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * A service as the endpoint shows it. Immutable.
 *
 * @param name its name
 * @param kind what it is
 * @param state its state
 * @param since when it came into that state
 * @param required whether its failure is the application's failure
 * @param activation what the operator wants of it
 * @param lease the name of the lease by which it runs; left out if it needs none
 * @param ready whether it runs and its readiness check passes
 * @param healthy whether it has not failed, its health check passes, and it has reported
 * nothing that says otherwise
 * @param status what it says it is doing
 * @param failure its last failure
 * @param stopReason why it is being stopped, or was stopped last; left out since it was
 * started again
 * @param neededBy which enabled services need it, itself among them if it is enabled;
 * left out where all services are shown
 * @param reports what it has reported of itself; left out if there is nothing
 * @param work the work inside it; left out if there is none, and where all services are
 * shown
 * @param items its items; left out if it is no item service or was never started, and
 * where all services are shown
 * @param hanging how often one of its methods or a piece of its work went on although the
 * timeout had passed; left out if never, and where all services are shown
 * @param blockers what it waits for, down to the root cause
 * @param attempt the number of the attempt to start it, how many there will be at most,
 * and when the next one comes
 * @param timings when its last start began, and how long its last start and stop took
 * @param dependencies what it depends on
 * @param dependents what depends on it
 * @param declared how it was declared, with its effective settings; left out where all
 * services are shown
 * @param operations what could be done to it; left out where all services are shown
 * @param transitions its last transitions, the oldest first; left out where all services
 * are shown
 * @since 0.1.0
 */
public record ManagedServiceDescriptor(String name, ServiceKind kind, ServiceState state, Instant since,
		boolean required, Activation activation, @Nullable String lease, boolean ready, boolean healthy,
		@Nullable String status, @Nullable String failure, @Nullable StopReason stopReason,
		@Nullable List<String> neededBy, @Nullable ReportsDescriptor reports, @Nullable WorkDescriptor work,
		@Nullable ItemsDescriptor items, @Nullable Integer hanging, List<Blocker> blockers, AttemptDescriptor attempt,
		Timings timings, List<ServiceDependency> dependencies, List<ServiceDependency> dependents,
		@Nullable DeclaredService declared, @Nullable List<PossibleOperation> operations,
		@Nullable List<Transition> transitions) implements OperationResponseBody {

	static ManagedServiceDescriptor of(ServiceSnapshot service, List<ServiceSnapshot> blockers,
			List<ServiceDependency> dependents, @Nullable Details details) {
		return new ManagedServiceDescriptor(service.name(), service.service().kind(), service.state(), service.since(),
				service.service().required(), service.service().activation(), service.service().lease(),
				service.ready(), service.healthy(), service.vitals().status(), text(service.failure()),
				service.stopReason(), (details != null) ? details.neededBy() : null,
				ReportsDescriptor.of(service.reports()), (details != null) ? WorkDescriptor.of(details.work()) : null,
				(details != null && details.items() != null) ? ItemsDescriptor.of(details.items()) : null,
				(details != null) ? details.hanging() : null, blockers.stream().map(Blocker::of).toList(),
				AttemptDescriptor.of(service.attempt()), Timings.of(service.timings()),
				service.service().dependencies(), dependents, (details != null) ? details.declared() : null,
				(details != null) ? details.operations() : null, (details != null) ? details.transitions() : null);
	}

	private static @Nullable String text(@Nullable Throwable failure) {
		return (failure != null) ? FailureText.of(failure) : null;
	}

	/**
	 * What is only shown of a single service.
	 *
	 * @param neededBy which enabled services need it
	 * @param work the work inside it
	 * @param items its items, or {@code null}
	 * @param hanging how often something hung, or {@code null} for never
	 * @param declared how it was declared, or {@code null}
	 * @param operations what could be done to it
	 * @param transitions its last transitions, the oldest first
	 */
	record Details(List<String> neededBy, WorkSnapshot work, @Nullable ItemsSnapshot items, @Nullable Integer hanging,
			@Nullable DeclaredService declared, List<PossibleOperation> operations, List<Transition> transitions) {

	}

	/**
	 * How long the last start and stop took.
	 *
	 * @param startedAt when the last start began, its first attempt
	 * @param start from there until the service ran
	 * @param startMillis the same in milliseconds
	 * @param stop from the beginning of the last stop until the service had stopped
	 * @param stopMillis the same in milliseconds
	 */
	public record Timings(@Nullable Instant startedAt, @Nullable Duration start, @Nullable Long startMillis,
			@Nullable Duration stop, @Nullable Long stopMillis) {

		static Timings of(ServiceSnapshot.Timings timings) {
			return new Timings(timings.startedAt(), timings.start(), Millis.of(timings.start()), timings.stop(),
					Millis.of(timings.stop()));
		}

	}

	/**
	 * A service that another one waits for.
	 *
	 * @param name its name
	 * @param state its state
	 * @param reason why it does not run, where it says more than its state
	 * @param attempt the number of the attempt to start it, how many there will be at
	 * most, and when the next one comes; left out where its state is not about one
	 */
	public record Blocker(String name, ServiceState state, @Nullable String reason,
			@Nullable AttemptDescriptor attempt) {

		static Blocker of(ServiceSnapshot service) {
			ServiceSnapshot.Attempt attempt = service.currentAttempt();
			return new Blocker(service.name(), service.state(), service.reason(),
					(attempt != null) ? AttemptDescriptor.of(attempt) : null);
		}

	}

}
