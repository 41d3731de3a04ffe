// SPDX-License-Identifier: Apache-2.0
package io.managedservices.health;

import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ReadinessHealthEndpointGroupsPostProcessor}.
 */
class ReadinessHealthEndpointGroupsPostProcessorTests {

	private final HealthEndpointGroup primary = mock(HealthEndpointGroup.class);

	private final ReadinessHealthEndpointGroupsPostProcessor processor = new ReadinessHealthEndpointGroupsPostProcessor(
			"ours", (group, member) -> group.equals("startup"));

	@Test
	void processWhenNoGroupsAddsProbesWithReadinessState() {
		given(this.primary.isMember("ours")).willReturn(true);
		given(this.primary.isMember("db")).willReturn(true);
		HealthEndpointGroups groups = process(Map.of());
		assertThat(groups.getNames()).containsExactlyInAnyOrder("readiness", "startup");
		assertThat(groups.getPrimary().isMember("ours")).isFalse();
		assertThat(groups.getPrimary().isMember("db")).isTrue();
		assertMembers(groups.get("readiness"), "ours", "readinessState");
		assertMembers(groups.get("startup"), "ours");
		assertThat(groups.get("custom")).isNull();
	}

	@Test
	void processWhenNoGroupsShowsWhatPrimaryShows() {
		given(this.primary.showComponents(SecurityContext.NONE)).willReturn(true);
		HealthEndpointGroup startup = process(Map.of()).get("startup");
		assertThat(startup.showComponents(SecurityContext.NONE)).isTrue();
		assertThat(startup.showDetails(SecurityContext.NONE)).isFalse();
	}

	@Test
	void processWhenGroupsAreThereAddsMemberUnlessExcluded() {
		HealthEndpointGroup readiness = group("db");
		HealthEndpointGroup startup = group("db");
		HealthEndpointGroup custom = group("db");
		HealthEndpointGroups groups = process(Map.of("readiness", readiness, "startup", startup, "custom", custom));
		assertMembers(groups.get("readiness"), "db", "ours");
		assertThat(groups.get("startup")).isSameAs(startup);
		assertThat(groups.get("custom")).isSameAs(custom);
	}

	private HealthEndpointGroup group(String member) {
		HealthEndpointGroup group = mock(HealthEndpointGroup.class);
		given(group.isMember(member)).willReturn(true);
		return group;
	}

	private HealthEndpointGroups process(Map<String, HealthEndpointGroup> groups) {
		return this.processor.postProcessHealthEndpointGroups(HealthEndpointGroups.of(this.primary, groups));
	}

	private void assertMembers(HealthEndpointGroup group, String... members) {
		assertThat(Set.of("db", "ours", "readinessState", "other")).filteredOn(group::isMember)
			.containsExactlyInAnyOrder(members);
	}

}
