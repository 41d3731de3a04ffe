// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.discovery;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.managedservices.internal.declare.ServiceExtension.Addition;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ServiceExtensions}.
 */
class ServiceExtensionsTests {

	private static final ServiceDependency OWN = new ServiceDependency("a", Kind.REQUIRED, "annotation");

	@Test
	void addToWhenServiceHasTheDependencyAlreadyKeepsItsOwn() {
		assertThat(ServiceExtensions.addTo(List.of(OWN), List.of(addition("a")))).containsExactly(OWN);
	}

	@Test
	void addToWhenOneIsAddedTwiceAddsItOnce() {
		assertThat(ServiceExtensions.addTo(List.of(OWN), List.of(addition("b", "b", "c"), addition("c", "d"))))
			.extracting(ServiceDependency::name)
			.containsExactly("a", "b", "c", "d");
	}

	@Test
	void addToWhenNothingIsAddedLeavesThemAsTheyAre() {
		assertThat(ServiceExtensions.addTo(List.of(OWN), List.of())).containsExactly(OWN);
	}

	private static Addition addition(String... names) {
		return new Addition((context) -> {
		}, List.of(names).stream().map((name) -> new ServiceDependency(name, Kind.REQUIRED, "extension")).toList());
	}

}
