// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.history;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.managedservices.actuate.history.LastStopDescriptor.StoppedService;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.monitor.ServiceSnapshot.Attempt;
import io.managedservices.monitor.ServiceSnapshot.Stage;
import io.managedservices.monitor.ServiceSnapshot.Timings;
import io.managedservices.monitor.ServiceSnapshot.Vitals;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceDescriptor;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StopRecorder}.
 */
class StopRecorderTests {

	private static final Instant BEGIN = Instant.parse("2026-11-30T12:00:00Z");

	private final StopRecorder recorder = new StopRecorder();

	@Test
	void lastWhenThereWasNoneIsNull() {
		move("database", ServiceState.STOPPING, 0);
		move("database", ServiceState.STOPPED, 5);
		assertThat(this.recorder.last()).as("a single service").isNull();
	}

	@Test
	void lastTellsWhenEachStoppedAndHowLongThatTook() {
		this.recorder.onEvent(new LifecycleEvent.Stopping(2));
		move("pollBook", ServiceState.STOPPING, 0);
		move("pollBook", ServiceState.STOPPED, 30);
		move("database", ServiceState.STOPPING, 30);
		assertThat(this.recorder.last()).isEqualTo(new LastStopDescriptor(BEGIN, null, List.of(),
				List.of(new StoppedService("pollBook", 0, 30L), new StoppedService("database", 30, null))));
		this.recorder.onEvent(new LifecycleEvent.Stopped(Duration.ofMillis(100), List.of("database")));
		move("pollBook", ServiceState.STOPPING, 900);
		assertThat(this.recorder.last()).isEqualTo(new LastStopDescriptor(BEGIN, 100L, List.of("database"),
				List.of(new StoppedService("pollBook", 0, 30L), new StoppedService("database", 30, null))));
		this.recorder.onEvent(new LifecycleEvent.Stopping(2));
		assertThat(this.recorder.last()).isNull();
	}

	private void move(String name, ServiceState state, long at) {
		ServiceSnapshot service = new ServiceSnapshot(new ServiceDescriptor(name, true, Activation.ENABLED, List.of()),
				new Stage(state, BEGIN.plusMillis(at), null), new Attempt(1, 4, null),
				new Vitals(false, true, null, null), new Timings(null, null, null));
		this.recorder.onEvent(new LifecycleEvent.StateChanged(ServiceState.RUNNING, service, null));
	}

}
