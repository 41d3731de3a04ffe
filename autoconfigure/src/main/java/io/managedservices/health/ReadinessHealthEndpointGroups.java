// SPDX-License-Identifier: Apache-2.0
package io.managedservices.health;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.AdditionalPathsMapper;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;

/**
 * Groups of which some are replaced or added. Immutable.
 */
final class ReadinessHealthEndpointGroups implements HealthEndpointGroups, AdditionalPathsMapper {

	private final HealthEndpointGroups delegate;

	private final HealthEndpointGroup primary;

	private final Map<String, HealthEndpointGroup> groups = new LinkedHashMap<>();

	/**
	 * Create groups.
	 * @param delegate the groups that there are
	 * @param primary the primary group
	 * @param probes groups by name, in place of those of that name or in addition
	 */
	ReadinessHealthEndpointGroups(HealthEndpointGroups delegate, HealthEndpointGroup primary,
			Map<String, HealthEndpointGroup> probes) {
		this.delegate = delegate;
		this.primary = primary;
		for (String name : delegate.getNames()) {
			HealthEndpointGroup group = delegate.get(name);
			if (group != null) {
				this.groups.put(name, group);
			}
		}
		this.groups.putAll(probes);
	}

	@Override
	public HealthEndpointGroup getPrimary() {
		return this.primary;
	}

	@Override
	public Set<String> getNames() {
		return Collections.unmodifiableSet(this.groups.keySet());
	}

	@Override
	public @Nullable HealthEndpointGroup get(String name) {
		return this.groups.get(name);
	}

	/**
	 * The paths of the groups that there were: those that are added have none. A bean of
	 * groups is asked for them only if it is a mapper itself.
	 */
	@Override
	public @Nullable List<String> getAdditionalPaths(EndpointId endpointId, WebServerNamespace webServerNamespace) {
		return (this.delegate instanceof AdditionalPathsMapper mapper)
				? mapper.getAdditionalPaths(endpointId, webServerNamespace) : null;
	}

}
