// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.history;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.metrics.buffering.BufferingApplicationStartup;
import org.springframework.boot.context.metrics.buffering.StartupTimeline.TimelineEvent;

import io.managedservices.ScriptedServices;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot.Attempt;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StartupSteps}.
 */
class StartupStepsTests {

	private final BufferingApplicationStartup startup = new BufferingApplicationStartup(100);

	private final ScriptedServices services = new ScriptedServices().required("database").required("pollBook");

	@Test
	void startHasAStepForEachService() {
		this.services.addListener(new StartupSteps(this.startup));
		this.services.move("database", ServiceState.STARTING)
			.move("pollBook", ServiceState.STARTING)
			.move("database", ServiceState.BACKOFF)
			.move("database", ServiceState.STARTING)
			.attempt("database", new Attempt(2, 4, null))
			.move("database", ServiceState.RUNNING)
			.move("pollBook", ServiceState.FAILED);
		this.services.tell(new LifecycleEvent.Started(Duration.ZERO, null));
		this.services.move("pollBook", ServiceState.STARTING).move("pollBook", ServiceState.RUNNING);
		assertThat(this.startup.getBufferedTimeline().getEvents())
			.allSatisfy((event) -> assertThat(event.getStartupStep().getName()).isEqualTo(StartupSteps.NAME))
			.extracting(StartupStepsTests::tags)
			.containsExactly(Map.of("service", "database", "state", "RUNNING", "attempts", "2"),
					Map.of("service", "pollBook", "state", "FAILED", "attempts", "0"));
	}

	private static Map<String, String> tags(TimelineEvent event) {
		Map<String, String> tags = new TreeMap<>();
		event.getStartupStep().getTags().forEach((tag) -> tags.put(tag.getKey(), tag.getValue()));
		return tags;
	}

}
