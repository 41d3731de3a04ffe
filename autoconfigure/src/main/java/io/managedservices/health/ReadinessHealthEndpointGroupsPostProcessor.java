// SPDX-License-Identifier: Apache-2.0
package io.managedservices.health;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;

import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Makes the indicator of the readiness of all services a member of the groups
 * {@code readiness} and {@code startup}, whether Boot or the user has defined them or
 * nobody, and hides it in the primary group, which shows every service anyhow. Immutable.
 * <p>
 * Boot's readiness state stays a member of a readiness group that is added here, so that
 * it does not matter whether Boot's own post-processor comes before or after this one.
 *
 * @since 0.1.0
 */
@Order(Ordered.LOWEST_PRECEDENCE)
public final class ReadinessHealthEndpointGroupsPostProcessor implements HealthEndpointGroupsPostProcessor {

	private final String indicator;

	private final BiPredicate<String, String> excluded;

	/**
	 * Create a post-processor.
	 * @param indicator the name of the indicator
	 * @param excluded whether the user excludes from a group, which is given first, a
	 * contributor
	 */
	public ReadinessHealthEndpointGroupsPostProcessor(String indicator, BiPredicate<String, String> excluded) {
		this.indicator = indicator;
		this.excluded = excluded;
	}

	@Override
	public HealthEndpointGroups postProcessHealthEndpointGroups(HealthEndpointGroups groups) {
		HealthEndpointGroup primary = groups.getPrimary();
		Map<String, HealthEndpointGroup> probes = new LinkedHashMap<>();
		probes.put("readiness", probe("readiness", groups, Set.of("readinessState", this.indicator)));
		probes.put("startup", probe("startup", groups, Set.of(this.indicator)));
		return new ReadinessHealthEndpointGroups(groups, new MembershipHealthEndpointGroup(primary,
				(member) -> !member.equals(this.indicator) && primary.isMember(member)), probes);
	}

	private HealthEndpointGroup probe(String name, HealthEndpointGroups groups, Set<String> members) {
		HealthEndpointGroup group = groups.get(name);
		if (group == null) {
			return new ProbeHealthEndpointGroup(groups.getPrimary(), members);
		}
		if (this.excluded.test(name, this.indicator)) {
			return group;
		}
		return new MembershipHealthEndpointGroup(group,
				(member) -> member.equals(this.indicator) || group.isMember(member));
	}

}
