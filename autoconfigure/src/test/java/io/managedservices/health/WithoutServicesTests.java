// SPDX-License-Identifier: Apache-2.0
package io.managedservices.health;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.registry.HealthContributorRegistry;

import io.managedservices.ManagedServices;
import io.managedservices.ScriptedServices;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.monitor.ServiceSnapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

/**
 * Tests for {@link WithoutServices}.
 */
class WithoutServicesTests {

	private final ManagedServices services = mock(ManagedServices.class);

	private final HealthEndpointGroup group = mock(HealthEndpointGroup.class);

	private final WithoutServices without = without();

	private WithoutServices without() {
		HealthEndpointGroups groups = mock(HealthEndpointGroups.class);
		given(groups.get("probe")).willReturn(this.group);
		return new WithoutServices(mock(HealthContributorRegistry.class), "managedServices", groups,
				() -> this.services);
	}

	// It would make an engine.
	@Test
	void sufficesWhenThereAreNoServicesListensToNone() {
		given(this.services.snapshots()).willReturn(List.of());
		assertThat(this.without.suffices("probe")).isTrue();
		verify(this.services, never()).addListener(any());
	}

	@Test
	void sufficesIsAskedAnewOnceServicesHaveCome() {
		given(this.group.isMember("managedServices/feed")).willReturn(true);
		given(this.services.snapshots()).willReturn(List.of());
		assertThat(this.without.suffices("probe")).isTrue();
		given(this.services.snapshots()).willReturn(snapshots("database"));
		assertThat(this.without.suffices("probe")).isTrue();
		given(this.services.snapshots()).willReturn(snapshots("database", "feed"));
		assertThat(this.without.suffices("probe")).as("as remembered").isTrue();
		ArgumentCaptor<LifecycleListener> listener = ArgumentCaptor.forClass(LifecycleListener.class);
		verify(this.services, atLeastOnce()).addListener(listener.capture());
		assertThat(listener.getAllValues()).containsOnly(listener.getValue());
		assertThat(listener.getValue().supportsExposedEvents()).isFalse();
		listener.getValue().onEvent(new LifecycleEvent.ServiceRegistered(snapshots("feed").get(0)));
		assertThat(this.without.suffices("probe")).isFalse();
		listener.getValue().onEvent(new LifecycleEvent.Stopped(Duration.ZERO, List.of()));
	}

	private static List<ServiceSnapshot> snapshots(String... names) {
		ScriptedServices scripted = new ScriptedServices();
		for (String name : names) {
			scripted.required(name);
		}
		return scripted.snapshots();
	}

}
