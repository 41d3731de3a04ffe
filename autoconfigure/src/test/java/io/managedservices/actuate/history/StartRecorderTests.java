// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.history;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.managedservices.actuate.history.LastStartDescriptor.Outcome;
import io.managedservices.actuate.history.LastStartDescriptor.StartedService;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.monitor.ServiceSnapshot.Attempt;
import io.managedservices.monitor.ServiceSnapshot.Stage;
import io.managedservices.monitor.ServiceSnapshot.Timings;
import io.managedservices.monitor.ServiceSnapshot.Vitals;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;
import io.managedservices.state.ServiceDescriptor;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StartRecorder}.
 */
class StartRecorderTests {

	private static final Instant BEGIN = Instant.parse("2026-11-30T12:00:00Z");

	private final ServiceDescriptor database = new ServiceDescriptor("database", true, Activation.ENABLED, List.of());

	private final ServiceDescriptor pollBook = new ServiceDescriptor("pollBook", true, Activation.ENABLED,
			List.of(new ServiceDependency("database", Kind.REQUIRED, "test")));

	private final ServiceDescriptor audit = new ServiceDescriptor("audit", false, Activation.ENABLED, List.of());

	private final StartRecorder recorder = new StartRecorder();

	@Test
	void lastWhenThereWasNoStartIsNull() {
		assertThat(this.recorder.last()).isNull();
	}

	@Test
	void lastWhenStartGoesOnHasWhatIsKnown() {
		begin();
		assertThat(last().outcome()).isEqualTo(Outcome.STARTING);
		assertThat(last().took()).isNull();
		assertThat(last().services()).containsExactly(new StartedService("database", null, null, 0L, null, 2, false),
				new StartedService("pollBook", 0L, null, null, null, 0, false),
				new StartedService("audit", null, null, 5L, null, 1, false));
	}

	@Test
	void lastWhenStartHasEndedHasItsCriticalPath() {
		begin();
		succeed();
		assertThat(last())
			.isEqualTo(new LastStartDescriptor(BEGIN, 450L, Outcome.RUNNING, List.of("database", "pollBook"),
					List.of(new StartedService("database", null, null, 0L, 300L, 2, false),
							new StartedService("pollBook", 0L, "database", 300L, 150L, 1, false),
							new StartedService("audit", null, null, 5L, null, 1, false))));
	}

	@Test
	void lastWhenOptionalServiceRunsLaterHasIt() {
		begin();
		succeed();
		move(this.audit, ServiceState.RUNNING, 900, 1, null);
		assertThat(last().services()).contains(new StartedService("audit", null, null, 5L, 895L, 1, false));
		assertThat(last().took()).isEqualTo(450);
	}

	@Test
	void lastWhenServiceIsOnStandbyAfterAFailedStartHasTheEndOfThat() {
		begin();
		succeed();
		move(this.audit, ServiceState.STANDBY, 900, 1, new IllegalStateException("refused"));
		assertThat(last().services()).contains(new StartedService("audit", null, null, 5L, 895L, 1, true));
	}

	@Test
	void lastWhenServicesAreRestartedStaysAsItWas() {
		begin();
		succeed();
		move(this.audit, ServiceState.RUNNING, 900, 1, null);
		LastStartDescriptor before = last();
		move(this.pollBook, ServiceState.STOPPING, 5000, 1, null);
		move(this.pollBook, ServiceState.STARTING, 5001, 1, null);
		move(this.pollBook, ServiceState.RUNNING, 9000, 1, null);
		assertThat(last()).isEqualTo(before);
	}

	@Test
	void lastWhenStartFailsSaysOfWhat() {
		begin();
		move(this.database, ServiceState.FAILED, 100, 4, new IllegalStateException("refused"));
		this.recorder.onEvent(new LifecycleEvent.Started(Duration.ofMillis(100), new IllegalStateException("failed")));
		assertThat(last().outcome()).isEqualTo(Outcome.FAILED);
		assertThat(last().criticalPath()).isEmpty();
		assertThat(last().services()).contains(new StartedService("database", null, null, 0L, 100L, 4, true));
	}

	@Test
	void lastWhenStartIsCancelledSaysSo() {
		begin();
		this.recorder.onEvent(new LifecycleEvent.Started(Duration.ofMillis(7), new CancellationException()));
		assertThat(last().outcome()).isEqualTo(Outcome.CANCELLED);
	}

	@Test
	void lastWhenAllAreStartedAgainIsTheLast() {
		begin();
		succeed();
		this.recorder.onEvent(new LifecycleEvent.Starting(3));
		assertThat(this.recorder.last()).isNull();
		move(this.database, ServiceState.STARTING, 60_000, 1, null);
		assertThat(last().began()).isEqualTo(BEGIN.plusMillis(60_000));
		assertThat(last().services()).hasSize(1);
	}

	private void begin() {
		this.recorder.onEvent(new LifecycleEvent.Starting(3));
		move(this.database, ServiceState.STARTING, 0, 1, null);
		move(this.pollBook, ServiceState.WAITING, 0, 0, null);
		move(this.audit, ServiceState.STARTING, 5, 1, null);
		move(this.database, ServiceState.BACKOFF, 50, 1, new IllegalStateException("refused"));
		move(this.database, ServiceState.STARTING, 250, 2, null);
	}

	private void succeed() {
		move(this.database, ServiceState.RUNNING, 300, 2, null);
		move(this.pollBook, ServiceState.STARTING, 300, 1, null);
		move(this.pollBook, ServiceState.RUNNING, 450, 1, null);
		this.recorder.onEvent(new LifecycleEvent.Started(Duration.ofMillis(450), null));
	}

	private void move(ServiceDescriptor service, ServiceState state, long at, int attempt,
			@Nullable Throwable failure) {
		ServiceSnapshot snapshot = new ServiceSnapshot(service, new Stage(state, BEGIN.plusMillis(at), null),
				new Attempt(attempt, 4, null), new Vitals(state == ServiceState.RUNNING, true, null, failure),
				new Timings(null, null, null));
		this.recorder.onEvent(new LifecycleEvent.StateChanged(ServiceState.STOPPED, snapshot, null));
	}

	private LastStartDescriptor last() {
		LastStartDescriptor last = this.recorder.last();
		assertThat(last).isNotNull();
		return last;
	}

}
