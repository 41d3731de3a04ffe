// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.endpoint;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;

import io.managedservices.ManagedServices;
import io.managedservices.actuate.endpoint.ManagedServiceDescriptor.Details;
import io.managedservices.internal.drawing.DrawingFormat;
import io.managedservices.internal.sanitize.TextSanitizer;
import io.managedservices.item.ItemsSnapshot;
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

	private final ManagedServices services;

	private final ServiceTransitions transitions;

	private final Function<String, @Nullable ItemsSnapshot> items;

	private final ShownValues values;

	/**
	 * Create an endpoint.
	 * @param services the services, not touched before the first request
	 * @param transitions what has happened to them
	 * @param items how the items of a service are, by its name; {@code null} if it has
	 * none
	 * @param values whom texts of others are shown
	 */
	public ManagedServicesEndpoint(ManagedServices services, ServiceTransitions transitions,
			Function<String, @Nullable ItemsSnapshot> items, ShownValues values) {
		this.services = services;
		this.transitions = transitions;
		this.items = items;
		this.values = values;
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
		List<ServiceSnapshot> snapshots = this.services.snapshots();
		Map<String, List<ServiceDependency>> dependents = ServiceRelations.dependents(snapshots);
		Map<String, List<ServiceSnapshot>> blockers = this.services.blockers(MAX_BLOCKERS);
		Map<ServiceState, Integer> states = new EnumMap<>(ServiceState.class);
		Map<String, ManagedServiceDescriptor> descriptors = new LinkedHashMap<>();
		for (ServiceSnapshot snapshot : snapshots) {
			states.merge(snapshot.state(), 1, Integer::sum);
			descriptors.put(snapshot.name(),
					ManagedServiceDescriptor.of(sanitizer.of(snapshot),
							sanitizer.of(blockers.getOrDefault(snapshot.name(), List.of())),
							dependents.getOrDefault(snapshot.name(), List.of()), null));
		}
		return new ManagedServicesDescriptor(this.services.isReady(), this.services.isHealthy(), states,
				this.services.workload(), descriptors);
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
		ServiceSnapshot snapshot = this.services.snapshot(name);
		ItemsSnapshot itemsOfIt = this.items.apply(name);
		return ManagedServiceDescriptor.of(sanitizer.of(snapshot), sanitizer.of(this.services.blockers(name)),
				ServiceRelations.dependents(this.services.snapshots()).getOrDefault(name, List.of()),
				new Details(this.services.neededBy(name), sanitizer.of(name, this.services.work(name)),
						(itemsOfIt != null) ? sanitizer.of(name, itemsOfIt) : null, this.transitions.hanging(name),
						this.transitions.of(name, sanitizer)));
	}

	/**
	 * Draws all services.
	 * @param format the format
	 * @return the drawing
	 */
	String draw(DrawingFormat format) {
		return format.draw(this.services.snapshots());
	}

	/**
	 * Draws a service and all that it depends on, directly or through others.
	 * @param name its name
	 * @param format the format
	 * @return the drawing
	 * @throws ServiceException if there is no such service
	 */
	String draw(String name, DrawingFormat format) {
		this.services.snapshot(name);
		return format.draw(ServiceRelations.below(name, this.services.snapshots()));
	}

}
