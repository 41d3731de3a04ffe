// SPDX-License-Identifier: Apache-2.0
package io.managedservices.health;

import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.health.actuate.endpoint.AdditionalHealthEndpointPath;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HttpCodeStatusMapper;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;

/**
 * A group for a probe that nobody has configured. What it shows is what the user wants of
 * the primary group. How a status becomes an answer is Boot's default, as in Boot's own
 * probes: a user who maps a status of the primary group drops the default mappings, and
 * the probe would answer 200 whatever happens. Immutable.
 *
 * @param primary the primary group
 * @param members the names of its members
 */
record ProbeHealthEndpointGroup(HealthEndpointGroup primary, Set<String> members) implements HealthEndpointGroup {

	@Override
	public boolean isMember(String name) {
		return this.members.contains(name);
	}

	@Override
	public boolean showComponents(SecurityContext securityContext) {
		return this.primary.showComponents(securityContext);
	}

	@Override
	public boolean showDetails(SecurityContext securityContext) {
		return this.primary.showDetails(securityContext);
	}

	@Override
	public StatusAggregator getStatusAggregator() {
		return StatusAggregator.getDefault();
	}

	@Override
	public HttpCodeStatusMapper getHttpCodeStatusMapper() {
		return HttpCodeStatusMapper.getDefault();
	}

	@Override
	public @Nullable AdditionalHealthEndpointPath getAdditionalPath() {
		return null;
	}

}
