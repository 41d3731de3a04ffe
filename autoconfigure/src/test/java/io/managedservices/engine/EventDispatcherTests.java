package io.managedservices.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.managedservices.ServiceEvent;
import io.managedservices.ServiceEventListener;
import io.managedservices.UnspeakableException;
import io.managedservices.concurrent.SimulatedBackend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link EventDispatcher}.
 */
@ExtendWith(OutputCaptureExtension.class)
class EventDispatcherTests {

	private final SimulatedBackend backend = new SimulatedBackend(new Random(0));

	private final EventDispatcher dispatcher = new EventDispatcher(this.backend);

	private final List<ServiceEvent> seen = new ArrayList<>();

	@Test
	void tellWhenListenerFailsTellsTheOthersAndLogs(CapturedOutput output) {
		this.dispatcher.add(new FailingListener(new IllegalStateException("listener is broken")));
		this.dispatcher.add(this.seen::add);
		tell(new ServiceEvent.Starting(1));
		assertThat(this.seen).hasSize(1);
		assertThat(output).contains("failed on Starting[services=1]").contains("listener is broken");
	}

	@Test
	void tellWhenNothingOfAFailureCanBeToldGoesOn(CapturedOutput output) {
		this.dispatcher.add(new FailingListener(new UnspeakableException()));
		this.dispatcher.add(this.seen::add);
		assertThatNoException().isThrownBy(() -> tell(new ServiceEvent.Starting(1)));
		assertThatNoException().isThrownBy(() -> tell(new ServiceEvent.Starting(2)));
		assertThat(this.seen).hasSize(2);
		assertThat(output).contains("The listener io.managedservices.engine.EventDispatcherTests$FailingListener failed"
				+ " on Starting[services=1]: io.managedservices.UnspeakableException, which cannot be logged itself");
	}

	private void tell(ServiceEvent event) {
		this.dispatcher.tell(event);
		this.dispatcher.flush();
		Runnable task = this.backend.takeTask();
		while (task != null) {
			task.run();
			task = this.backend.takeTask();
		}
	}

	/**
	 * A listener that fails, and has no text.
	 *
	 * @param failure what it throws
	 */
	private record FailingListener(RuntimeException failure) implements ServiceEventListener {

		@Override
		public void onEvent(ServiceEvent event) {
			throw this.failure;
		}

		@Override
		public String toString() {
			throw new IllegalStateException("no text");
		}

	}

}
