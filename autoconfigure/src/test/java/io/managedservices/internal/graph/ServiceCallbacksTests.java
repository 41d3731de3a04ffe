// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import org.junit.jupiter.api.Test;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ServiceCallbacks}.
 */
class ServiceCallbacksTests {

	private final ServiceLifecycle service = new ServiceLifecycle() {

		@Override
		public void start(ServiceContext context) {
		}

	};

	@Test
	void ofTakesOverriddenMethodsOnly() {
		ServiceCallbacks callbacks = ServiceCallbacks.of(this.service);
		assertThat(callbacks.start()).isNotNull();
		assertThat(callbacks.stop()).isNull();
		assertThat(callbacks.hasChecks()).isFalse();
	}

	@Test
	void ofWhenNothingIsKnownOfTheClassTakesAllMethods() {
		ServiceCallbacks callbacks = ServiceCallbacks.of(this.service, Object.class);
		assertThat(callbacks.start()).isNotNull();
		assertThat(callbacks.stop()).isNotNull();
		assertThat(callbacks.hasChecks()).isTrue();
	}

}
