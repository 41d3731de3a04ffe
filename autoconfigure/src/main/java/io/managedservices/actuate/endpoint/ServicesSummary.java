// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.endpoint;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.managedservices.actuate.history.LastStartDescriptor;
import io.managedservices.actuate.work.Millis;
import io.managedservices.internal.sanitize.TextSanitizer;
import io.managedservices.lease.LeaseSnapshot;
import io.managedservices.monitor.HealthSummary;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceKind;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * All services in short, as the endpoint shows them. What goes without saying is left
 * out: a thousand services are to be read every other second. Immutable.
 *
 * @param revision what to ask for next time to be told only what has changed
 * @param time the time of the server
 * @param since the revision since which this tells all that has changed; left out if it
 * tells all
 * @param ready whether every required service is ready
 * @param notReady the first {@value HealthSummary#MAX_FAILURES} required services that
 * are not ready; left out if all are
 * @param healthy whether every required service is healthy
 * @param writable whether the endpoint may be used to do something to services
 * @param states how many services are in each state that any is in
 * @param lastStart the last start of all services; left out if there was none
 * @param history a number that changes whenever the history of all services does
 * @param services the services by name, dependencies before their dependents
 * @param gone the services that are not there any more; left out if there are none
 * @param leases the leases by which services run, by name; left out if none needs one, or
 * none has changed
 * @param children the services of child contexts, by the ids of these; left out if there
 * are none, or none has changed
 * @since 0.1.0
 */
public record ServicesSummary(String revision, Instant time, @Nullable String since, boolean ready,
		@Nullable List<String> notReady, boolean healthy, boolean writable, Map<ServiceState, Integer> states,
		@Nullable Start lastStart, int history, Map<String, Service> services, @Nullable List<String> gone,
		@Nullable Map<String, Lease> leases,
		@Nullable Map<String, Map<String, Service>> children) implements OperationResponseBody {

	/**
	 * The last start of all services in short.
	 *
	 * @param began when it began
	 * @param took how long it took, in milliseconds; left out while it goes on
	 * @param outcome what came of it
	 * @param criticalPath the services that determined how long it took
	 */
	public record Start(Instant began, @Nullable Long took, LastStartDescriptor.Outcome outcome,
			List<String> criticalPath) {

		static @Nullable Start of(@Nullable LastStartDescriptor start) {
			return (start != null) ? new Start(start.began(), start.took(), start.outcome(), start.criticalPath())
					: null;
		}

	}

	/**
	 * A lease in short.
	 *
	 * @param held whether this instance holds it
	 * @param holder who else does; left out if this instance or nobody does, or the store
	 * does not tell
	 * @param holderSince since when that one or this instance does; left out if nobody
	 * does, or if the store does not tell
	 * @param heldOffUntil until when this instance does not try to get it; left out if it
	 * does
	 */
	public record Lease(boolean held, @Nullable String holder, @Nullable Instant holderSince,
			@Nullable Instant heldOffUntil) {

		static Map<String, Lease> of(List<LeaseSnapshot> leases, TextSanitizer sanitizer) {
			Map<String, Lease> shown = new TreeMap<>();
			leases.forEach((lease) -> shown.put(lease.name(), new Lease(lease.held(),
					LeaseDescriptor.holder(lease, sanitizer), lease.holder().since(), lease.heldOffUntil())));
			return shown;
		}

	}

	/**
	 * A service in short.
	 *
	 * @param state its state
	 * @param since when it came into that state
	 * @param kind what it is; left out for a bean
	 * @param required {@code false} if its failure is not the application's failure; else
	 * left out
	 * @param activation what the operator wants of it; left out if it is enabled
	 * @param lease the name of the lease by which it runs; left out if it needs none
	 * @param ready {@code false} if it runs and is not ready; else left out
	 * @param healthy {@code false} if it is not healthy; else left out
	 * @param status what it says it is doing
	 * @param problem what is wrong with it
	 * @param stopReason why it was stopped; left out if it runs
	 * @param attempt the attempt that its state is about
	 * @param waitsFor the next service that it waits for
	 * @param rootCause the service at the end of what it waits for
	 * @param startMillis how long its last start took
	 * @param dependsOn what it depends on; left out if there is nothing
	 * @param after what it starts after; left out if there is nothing
	 */
	public record Service(ServiceState state, Instant since, @Nullable ServiceKind kind, @Nullable Boolean required,
			@Nullable Activation activation, @Nullable String lease, @Nullable Boolean ready, @Nullable Boolean healthy,
			@Nullable String status, @Nullable String problem, @Nullable StopReason stopReason,
			@Nullable AttemptDescriptor attempt, @Nullable String waitsFor, @Nullable String rootCause,
			@Nullable Long startMillis, @Nullable List<String> dependsOn, @Nullable List<String> after) {

		static Service of(ServiceSnapshot service, List<ServiceSnapshot> blockers) {
			boolean runs = service.state() == ServiceState.RUNNING;
			ServiceSnapshot.Attempt attempt = service.currentAttempt();
			return new Service(service.state(), service.since().truncatedTo(ChronoUnit.MILLIS),
					unless(ServiceKind.BEAN, service.service().kind()), unless(true, service.service().required()),
					unless(Activation.ENABLED, service.activation()), service.service().lease(),
					unless(true, service.ready() || !runs), unless(true, service.healthy()), service.vitals().status(),
					service.problem(), runs ? null : service.stopReason(),
					(attempt != null) ? AttemptDescriptor.of(attempt) : null,
					blockers.isEmpty() ? null : blockers.get(0).name(),
					blockers.isEmpty() ? null : blockers.get(blockers.size() - 1).name(),
					Millis.of(service.timings().start()), names(service, ServiceDependency.Kind.REQUIRED),
					names(service, ServiceDependency.Kind.AFTER));
		}

		private static <T> @Nullable T unless(T usual, T value) {
			return value.equals(usual) ? null : value;
		}

		private static @Nullable List<String> names(ServiceSnapshot service, ServiceDependency.Kind kind) {
			List<String> names = service.service()
				.dependencies()
				.stream()
				.filter((dependency) -> dependency.kind() == kind)
				.map(ServiceDependency::name)
				.toList();
			return names.isEmpty() ? null : names;
		}

	}

}
