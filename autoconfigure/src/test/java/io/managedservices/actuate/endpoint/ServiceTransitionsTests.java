// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.endpoint;

import org.junit.jupiter.api.Test;

import io.managedservices.ScriptedServices;
import io.managedservices.Shown;
import io.managedservices.actuate.endpoint.ServiceTransitions.Transition;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ServiceTransitions}.
 */
class ServiceTransitionsTests {

	private final ScriptedServices services = new ScriptedServices().required("database").required("pollBook");

	private final ServiceTransitions transitions = new ServiceTransitions();

	ServiceTransitionsTests() {
		this.services.addListener(this.transitions);
	}

	@Test
	void ofWhenNothingHappenedIsEmpty() {
		assertThat(this.transitions.of("database", Shown.TEXTS)).isEmpty();
	}

	@Test
	void ofShowsMovesOfThatServiceOldestFirst() {
		this.services.move("database", ServiceState.STARTING)
			.move("pollBook", ServiceState.WAITING)
			.move("database", ServiceState.STOPPING, StopReason.START_FAILED, new IllegalStateException("refused"));
		this.services.tell(new LifecycleEvent.Starting(2));
		assertThat(this.transitions.of("database", Shown.TEXTS)).containsExactly(
				new Transition(this.services.snapshot("database").since().minusSeconds(3), ServiceState.STOPPED,
						ServiceState.STARTING, null, null),
				new Transition(this.services.snapshot("database").since(), ServiceState.STARTING, ServiceState.STOPPING,
						StopReason.START_FAILED, "java.lang.IllegalStateException: refused"));
	}

	@Test
	void ofWhenMuchHappenedShowsTheLast() {
		for (int restart = 0; restart < 100; restart++) {
			this.services.move("database", ServiceState.STARTING).move("database", ServiceState.BACKOFF);
		}
		this.services.move("database", ServiceState.FAILED);
		assertThat(this.transitions.of("database", Shown.TEXTS)).hasSize(ServiceTransitions.MAX_TRANSITIONS)
			.last()
			.extracting("from", "to")
			.containsExactly(ServiceState.BACKOFF, ServiceState.FAILED);
	}

}
