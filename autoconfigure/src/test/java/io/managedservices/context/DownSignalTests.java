package io.managedservices.context;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.managedservices.ScriptedServices;
import io.managedservices.ServiceEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DownSignal}.
 */
class DownSignalTests {

	private static final Duration LONG = Duration.ofHours(1);

	private final ScriptedServices services = new ScriptedServices();

	private final DownSignal signal = new DownSignal();

	@Test
	void awaitWhenSomebodyElseStartsAgainWaitsForTheirStop() {
		this.signal.expect(this.services);
		this.services.tell(new ServiceEvent.Starting(1));
		assertThat(this.signal.await(LONG)).isNotDone();
		this.services.tell(new ServiceEvent.Stopped(Duration.ZERO, List.of()));
		assertThat(this.signal.await(LONG)).isCompleted();
		this.services.tell(new ServiceEvent.Starting(1));
		assertThat(this.signal.await(LONG)).isNotDone();
		this.services.tell(new ServiceEvent.Stopped(Duration.ZERO, List.of()));
		assertThat(this.signal.await(LONG)).isCompleted();
	}

	@Test
	void awaitBeforeTheStartIsToldIsCompletedByItsStop() {
		this.signal.expect(this.services);
		assertThat(this.signal.await(LONG)).isNotDone();
		this.services.tell(new ServiceEvent.Starting(1));
		this.services.tell(new ServiceEvent.Stopped(Duration.ZERO, List.of()));
		assertThat(this.signal.await(LONG)).isCompleted();
		assertThat(this.services.listeners()).isEqualTo(1);
	}

}
