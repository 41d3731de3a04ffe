// SPDX-License-Identifier: Apache-2.0
package io.managedservices.health;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.registry.HealthContributorRegistry;

import io.managedservices.ManagedServices;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.monitor.ServiceSnapshot;

/**
 * All contributors but the one with a child for each service. Boot asks a group for each
 * child of each contributor whether it is a member, so that a probe would cost more the
 * more services there are, although none of them is in its group. Groups without services
 * are therefore answered from this registry. Safe for use by several threads.
 */
final class WithoutServices implements HealthContributorRegistry {

	private final HealthContributorRegistry all;

	private final String left;

	private final HealthEndpointGroups groups;

	private final Supplier<ManagedServices> services;

	private final Map<String, Boolean> suitable = new ConcurrentHashMap<>();

	/** Hears of services that come later. */
	private final LifecycleListener coming = new Coming();

	/** How often services have come. */
	private final AtomicLong changes = new AtomicLong();

	/**
	 * Create a registry.
	 * @param all all contributors
	 * @param left the name of the one to leave out
	 * @param groups the groups
	 * @param services the services, not asked for before the first query
	 */
	WithoutServices(HealthContributorRegistry all, String left, HealthEndpointGroups groups,
			Supplier<ManagedServices> services) {
		this.all = all;
		this.left = left;
		this.groups = groups;
		this.services = services;
	}

	/**
	 * Whether a query is answered from this registry as from all contributors.
	 * @param path the path of the query
	 * @return whether it asks for a whole group that has no service as a member
	 */
	boolean suffices(String... path) {
		HealthEndpointGroup group = (path.length == 1) ? this.groups.get(path[0]) : null;
		if (group == null) {
			return false;
		}
		Boolean known = this.suitable.get(path[0]);
		return (known != null) ? known : hasNoService(path[0], group);
	}

	private boolean hasNoService(String name, HealthEndpointGroup group) {
		ManagedServices all = this.services.get();
		if (!all.children().isEmpty()) {
			return false;
		}
		// To listen makes an engine, which is not needed where there are no services.
		if (all.snapshots().isEmpty()) {
			return true;
		}
		all.addListener(this.coming);
		long before = this.changes.get();
		boolean none = all.snapshots()
			.stream()
			.map(ServiceSnapshot::name)
			.noneMatch((service) -> group.isMember(this.left + "/" + service));
		this.suitable.put(name, none);
		if (this.changes.get() != before) {
			this.suitable.remove(name);
		}
		return none;
	}

	@Override
	public @Nullable HealthContributor getContributor(String name) {
		return name.equals(this.left) ? null : this.all.getContributor(name);
	}

	@Override
	public Stream<Entry> stream() {
		return this.all.stream().filter((entry) -> !entry.name().equals(this.left));
	}

	@Override
	public void registerContributor(String name, HealthContributor contributor) {
		this.all.registerContributor(name, contributor);
	}

	@Override
	public @Nullable HealthContributor unregisterContributor(String name) {
		return this.all.unregisterContributor(name);
	}

	/**
	 * Forgets what services that come later may change.
	 */
	private final class Coming implements LifecycleListener {

		@Override
		public void onEvent(LifecycleEvent event) {
			if (event instanceof LifecycleEvent.ServiceRegistered) {
				WithoutServices.this.changes.incrementAndGet();
				WithoutServices.this.suitable.clear();
			}
		}

		@Override
		public boolean supportsExposedEvents() {
			return false;
		}

	}

}
