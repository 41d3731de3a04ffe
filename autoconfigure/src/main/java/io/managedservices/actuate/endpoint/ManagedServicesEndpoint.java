// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.endpoint;

import java.time.InstantSource;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;

import io.managedservices.ManagedServices;
import io.managedservices.actuate.endpoint.ManagedServiceDescriptor.Details;
import io.managedservices.actuate.endpoint.ServiceRevisions.Changes;
import io.managedservices.actuate.endpoint.ServiceRevisions.Sight;
import io.managedservices.actuate.history.HistoryDescriptor;
import io.managedservices.actuate.history.LastStartDescriptor;
import io.managedservices.actuate.history.ServicesHistory;
import io.managedservices.actuate.history.StartDrawing;
import io.managedservices.actuate.work.WorkloadDescriptor;
import io.managedservices.internal.drawing.DrawingFormat;
import io.managedservices.internal.sanitize.TextSanitizer;
import io.managedservices.item.ItemsSnapshot;
import io.managedservices.lease.LeaseSnapshot;
import io.managedservices.monitor.HealthSummary;
import io.managedservices.monitor.ServiceMonitor;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

/**
 * {@link Endpoint @Endpoint} that shows the services: how they are, why one is not up,
 * and what depends on what. Safe for use by several threads.
 *
 * @since 0.1.0
 */
@Endpoint(id = "managedservices", defaultAccess = Access.READ_ONLY)
public final class ManagedServicesEndpoint {

	/**
	 * How many blockers of a service are shown where all services are: the first ones and
	 * the root cause, or a long chain would fill the answer with its square.
	 */
	static final int MAX_BLOCKERS = 20;

	/** The next one and the root cause. */
	private static final int SUMMARY_BLOCKERS = 2;

	private final ManagedServices services;

	private final ServiceTransitions transitions;

	private final ServicesHistory history;

	private final ServiceSources sources;

	private final ShownValues values;

	private final InstantSource time;

	private final ServiceRevisions revisions = new ServiceRevisions();

	/**
	 * Create an endpoint.
	 * @param services the services, not touched before the first request
	 * @param transitions what has happened to them
	 * @param history what has happened to all of them
	 * @param sources what else is known of single services
	 * @param values whom texts of others are shown
	 * @param time the wall clock
	 */
	public ManagedServicesEndpoint(ManagedServices services, ServiceTransitions transitions, ServicesHistory history,
			ServiceSources sources, ShownValues values, InstantSource time) {
		this.services = services;
		this.transitions = transitions;
		this.history = history;
		this.sources = sources;
		this.values = values;
		this.time = time;
	}

	/**
	 * All services, without their transitions.
	 * @return the services
	 */
	@ReadOperation(producesFrom = Representation.class)
	public ManagedServicesDescriptor services() {
		return services(this.values.toOperator());
	}

	/**
	 * All services, without their transitions.
	 * @param sanitizer what is shown of texts of others
	 * @return the services
	 */
	ManagedServicesDescriptor services(TextSanitizer sanitizer) {
		Map<String, ManagedServiceDescriptor> descriptors = descriptors(this.services, sanitizer);
		Map<ServiceState, Integer> states = new EnumMap<>(ServiceState.class);
		descriptors.values().forEach((service) -> states.merge(service.state(), 1, Integer::sum));
		return new ManagedServicesDescriptor(this.time.instant(), this.services.isReady(), this.services.isHealthy(),
				states, WorkloadDescriptor.of(this.services.workload()),
				LeaseDescriptor.of(this.services.leases(), this.time.instant(), sanitizer), this.history.start().last(),
				this.history.stop().last(), descriptors, children(sanitizer));
	}

	private @Nullable Map<String, Map<String, ManagedServiceDescriptor>> children(TextSanitizer sanitizer) {
		Map<String, Map<String, ManagedServiceDescriptor>> children = new TreeMap<>();
		this.services.children().forEach((id, child) -> children.put(id, descriptors(child, sanitizer)));
		return children.isEmpty() ? null : children;
	}

	private static Map<String, ManagedServiceDescriptor> descriptors(ServiceMonitor services, TextSanitizer sanitizer) {
		List<ServiceSnapshot> snapshots = services.snapshots();
		Map<String, List<ServiceDependency>> dependents = ServiceRelations.dependents(snapshots);
		Map<String, List<ServiceSnapshot>> blockers = services.blockers(MAX_BLOCKERS);
		Map<String, ManagedServiceDescriptor> descriptors = new LinkedHashMap<>();
		for (ServiceSnapshot snapshot : snapshots) {
			descriptors.put(snapshot.name(),
					ManagedServiceDescriptor.of(sanitizer.of(snapshot),
							sanitizer.of(blockers.getOrDefault(snapshot.name(), List.of())),
							dependents.getOrDefault(snapshot.name(), List.of()), null));
		}
		return descriptors;
	}

	/**
	 * All services in short.
	 * @param since the revision that is known, or {@code null} for none
	 * @param sanitizer what is shown of texts of others
	 * @return those that have changed since then, or all
	 */
	ServicesSummary summary(@Nullable String since, TextSanitizer sanitizer) {
		List<ServiceSnapshot> snapshots = this.services.snapshots();
		Map<String, List<ServiceSnapshot>> blockers = this.services.blockers(SUMMARY_BLOCKERS);
		List<LeaseSnapshot> leases = LeaseDescriptor.seen(this.services.leases(), this.time.instant());
		Map<String, ServiceMonitor> children = this.services.children();
		Map<String, List<ServiceSnapshot>> ofChildren = new TreeMap<>();
		children.forEach((id, child) -> ofChildren.put(id, child.snapshots()));
		Changes changes = this.revisions.look(new Sight(snapshots, blockers, leases, ofChildren), since,
				sanitizer.isShowing() ? "" : "h");
		Map<ServiceState, Integer> states = new EnumMap<>(ServiceState.class);
		Map<String, ServicesSummary.Service> shown = new LinkedHashMap<>();
		for (ServiceSnapshot snapshot : snapshots) {
			states.merge(snapshot.state(), 1, Integer::sum);
			if (changes.changed().contains(snapshot.name())) {
				shown.put(snapshot.name(), summary(snapshot, blockers, sanitizer));
			}
		}
		HistoryDescriptor past = history(sanitizer);
		HealthSummary readiness = this.services.readiness();
		return new ServicesSummary(changes.revision(), past.time(), changes.since(), readiness.ok(),
				readiness.ok() ? null : List.copyOf(readiness.failures().keySet()), this.services.isHealthy(),
				this.sources.operations().isAllowed(), states, ServicesSummary.Start.of(past.lastStart()),
				Objects.hash(past.lastStart(), past.lastStop(), past.episodes()) & Integer.MAX_VALUE, shown,
				changes.gone().isEmpty() ? null : changes.gone(),
				changes.leases() ? ServicesSummary.Lease.of(leases, sanitizer) : null,
				changes.children() ? summaries(children, ofChildren, sanitizer) : null);
	}

	private static Map<String, Map<String, ServicesSummary.Service>> summaries(Map<String, ServiceMonitor> children,
			Map<String, List<ServiceSnapshot>> snapshots, TextSanitizer sanitizer) {
		Map<String, Map<String, ServicesSummary.Service>> summaries = new TreeMap<>();
		children.forEach((id, child) -> {
			Map<String, List<ServiceSnapshot>> blockers = child.blockers(SUMMARY_BLOCKERS);
			Map<String, ServicesSummary.Service> shown = new LinkedHashMap<>();
			snapshots.getOrDefault(id, List.of())
				.forEach((service) -> shown.put(service.name(), summary(service, blockers, sanitizer)));
			summaries.put(id, shown);
		});
		return summaries;
	}

	private static ServicesSummary.Service summary(ServiceSnapshot service, Map<String, List<ServiceSnapshot>> blockers,
			TextSanitizer sanitizer) {
		return ServicesSummary.Service.of(sanitizer.of(service), blockers.getOrDefault(service.name(), List.of()));
	}

	/**
	 * What has happened to all services.
	 * @param sanitizer what is shown of texts of others
	 * @return their last start and stop, and the episodes of the last hour
	 */
	HistoryDescriptor history(TextSanitizer sanitizer) {
		return new HistoryDescriptor(this.time.instant(), this.history.start().last(), this.history.stop().last(),
				this.history.episodes().lastHour(sanitizer));
	}

	/**
	 * Draws the last start of all services.
	 * @return an image in SVG
	 */
	String drawStart() {
		LastStartDescriptor start = this.history.start().last();
		return (start != null) ? StartDrawing.of(start) : StartDrawing.ofNone();
	}

	/**
	 * One service, with all that is known of it.
	 * @param parts its name, which may have slashes, as the segments of a path
	 * @return the service
	 * @throws ServiceException if there is no such service
	 */
	@ReadOperation(producesFrom = Representation.class)
	public ManagedServiceDescriptor service(@Selector(match = Match.ALL_REMAINING) String... parts) {
		return service(String.join("/", parts), this.values.toOperator());
	}

	/**
	 * One service, with all that is known of it.
	 * @param name its name
	 * @param sanitizer what is shown of texts of others
	 * @return the service
	 * @throws ServiceException if there is no such service
	 */
	ManagedServiceDescriptor service(String name, TextSanitizer sanitizer) {
		for (Map.Entry<String, ServiceMonitor> child : this.services.children().entrySet()) {
			if (name.startsWith(child.getKey() + "/")
					&& this.services.snapshots().stream().noneMatch((own) -> own.name().equals(name))) {
				return ofChild(child.getValue(), name.substring(child.getKey().length() + 1), sanitizer);
			}
		}
		ServiceSnapshot snapshot = this.services.snapshot(name);
		ItemsSnapshot itemsOfIt = this.sources.items().apply(name);
		return ManagedServiceDescriptor.of(sanitizer.of(snapshot), sanitizer.of(this.services.blockers(name)),
				ServiceRelations.dependents(this.services.snapshots()).getOrDefault(name, List.of()),
				new Details(this.services.neededBy(name), sanitizer.of(name, this.services.work(name)),
						(itemsOfIt != null) ? sanitizer.of(name, itemsOfIt) : null, this.transitions.hanging(name),
						this.sources.declared().apply(name), this.sources.operations().of(name),
						this.transitions.of(name, sanitizer)));
	}

	private static ManagedServiceDescriptor ofChild(ServiceMonitor services, String name, TextSanitizer sanitizer) {
		return ManagedServiceDescriptor.of(sanitizer.of(services.snapshot(name)), sanitizer.of(services.blockers(name)),
				ServiceRelations.dependents(services.snapshots()).getOrDefault(name, List.of()),
				new Details(services.neededBy(name), sanitizer.of(name, services.work(name)), null, null, null,
						List.of(), List.of()));
	}

	/**
	 * Draws services.
	 * @param format the format
	 * @param filter what is left of all of them
	 * @return the drawing
	 */
	String draw(DrawingFormat format, UnaryOperator<List<ServiceSnapshot>> filter) {
		return format.draw(filter.apply(this.services.snapshots()));
	}

	/**
	 * The services that determined how long the last start of all took.
	 * @return their names, empty unless it has succeeded
	 */
	List<String> criticalPath() {
		LastStartDescriptor start = this.history.start().last();
		return (start != null) ? start.criticalPath() : List.of();
	}

	/**
	 * Draws a service and all that it depends on, directly or through others.
	 * @param name its name
	 * @param format the format
	 * @return the drawing
	 * @throws ServiceException if there is no such service
	 */
	String draw(String name, DrawingFormat format) {
		check(name);
		return format.draw(ServiceRelations.below(name, this.services.snapshots()));
	}

	/**
	 * Makes sure that there is a service.
	 * @param name its name
	 * @throws ServiceException if there is none
	 */
	void check(String name) {
		this.services.snapshot(name);
	}

}
