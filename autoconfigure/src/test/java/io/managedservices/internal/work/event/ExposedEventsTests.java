// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.managedservices.event.EventPolicy;
import io.managedservices.event.ExposedEvent;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.work.SteppedWork;
import io.managedservices.internal.work.WorkSettings;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.WorkCounts;
import io.managedservices.monitor.WorkSnapshot.EventStatus;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Exposed events that come faster than listeners are told, in virtual time: no listener
 * is told before the test lets that happen.
 */
@ExtendWith(OutputCaptureExtension.class)
class ExposedEventsTests {

	private static final int BUFFER = 4;

	private static final String WARNING = "4 exposed events wait for the listener";

	private final EventServices services = new EventServices();

	private final SteppedWork work = new SteppedWork(
			0, settings(), WorkSettings.DEFAULTS, null, List.of(this.services.service("source"),
					this.services.service("other"), this.services.service("target", EventServices.hook("",
							Exposed.class, EventPolicy.BUFFER, (event) -> this.services.told.add(event.toString())))))
		.start();

	private static EngineSettings settings() {
		EngineSettings defaults = EngineSettings.DEFAULTS;
		return new EngineSettings(defaults.startupTimeout(), defaults.onFailure(), defaults.shutdownTimeout(), BUFFER);
	}

	private void emit(String source, int first, int count) {
		IntStream.range(first, first + count).forEach((number) -> this.services.events(source).emit(exposed(number)));
	}

	private static Exposed exposed(int number) {
		return new Exposed(number);
	}

	private List<Integer> heard() {
		return this.work.events(LifecycleEvent.Emitted.class)
			.stream()
			.map((emitted) -> ((Exposed) emitted.event()).number())
			.toList();
	}

	private EventStatus status(String name) {
		return this.work.engine.work(name).events();
	}

	@Test
	void emitWhenTooManyWaitIsCountedForItsSourceAndHookedAllTheSame() {
		emit("source", 0, BUFFER + 2);
		this.work.engine.emit("other", exposed(100));
		assertThat(status("source")).isEqualTo(new EventStatus(BUFFER + 2, 0, 0, 0, 2));
		assertThat(status("other")).isEqualTo(new EventStatus(1, 0, 0, 0, 1));
		this.work.run();
		assertThat(heard()).containsExactly(0, 1, 2, 3);
		assertThat(this.services.told).hasSize(BUFFER + 3);
		assertThat(status("target")).isEqualTo(new EventStatus(0, BUFFER + 3, 0, 0, 0));
		assertThat(this.work.engine.workCounts("source")).isEqualTo(counts(BUFFER + 2, 2));
		assertThat(this.work.engine.workCounts("other")).isEqualTo(counts(1, 1));
	}

	private static WorkCounts counts(int emitted, int exposedDropped) {
		return new WorkCounts(new WorkCounts.MicroTasks(0, 0), new WorkCounts.Events(emitted, 0, 0, exposedDropped), 0,
				0, 0, WorkCounts.Levels.NONE);
	}

	@Test
	void emitWhenNoMoreWaitThanMayIsTold(CapturedOutput output) {
		for (int round = 0; round < 5; round++) {
			emit("source", round * BUFFER, BUFFER);
			this.work.run();
		}
		assertThat(heard()).hasSize(5 * BUFFER).isSorted();
		assertThat(status("source").exposedDropped()).isZero();
		assertThat(output).doesNotContain(WARNING);
	}

	@Test
	void emitWhenManyInternalEventsWereEmittedIsTold() {
		IntStream.range(0, 10 * BUFFER).forEach((number) -> this.services.events("source").emit("internal"));
		emit("source", 0, BUFFER);
		this.work.run();
		assertThat(heard()).hasSize(BUFFER);
		assertThat(status("source").exposedDropped()).isZero();
	}

	@Test
	void emitWhenListenersHaveRecoveredIsTold() {
		emit("source", 0, BUFFER + 2);
		this.work.run();
		emit("source", 10, BUFFER);
		this.work.run();
		assertThat(heard()).containsExactly(0, 1, 2, 3, 10, 11, 12, 13);
		assertThat(status("source").exposedDropped()).isEqualTo(2);
	}

	@Test
	void stateChangesWhenTooManyExposedEventsWaitAreAllToldInOrder() {
		int before = this.work.events(LifecycleEvent.StateChanged.class).size();
		emit("source", 0, BUFFER + 1);
		this.work.engine.fail("other", new IllegalStateException("full"));
		emit("source", 10, 2);
		this.work.engine.perform(ServiceAction.STOP, "target");
		this.work.pass(Duration.ofSeconds(10));
		List<LifecycleEvent.StateChanged> changes = this.work.events(LifecycleEvent.StateChanged.class);
		assertThat(changes.subList(before, changes.size()))
			.extracting((change) -> change.service().name(), LifecycleEvent.StateChanged::previous,
					(change) -> change.service().state())
			.containsSubsequence(tuple("other", ServiceState.RUNNING, ServiceState.STOPPING),
					tuple("other", ServiceState.STOPPING, ServiceState.BACKOFF))
			.containsSubsequence(tuple("target", ServiceState.RUNNING, ServiceState.STOPPING),
					tuple("target", ServiceState.STOPPING, ServiceState.STOPPED));
		assertThat(heard()).containsExactly(0, 1, 2, 3);
		assertThat(status("source").exposedDropped()).isEqualTo(3);
	}

	@Test
	void emitWhenTooManyWaitWarnsOnceInASpell(CapturedOutput output) {
		emit("source", 0, BUFFER + 5);
		this.work.run();
		assertThat(warnings(output)).isOne();
		this.work.pass(Duration.ofMinutes(1));
		emit("other", 0, BUFFER + 5);
		this.work.run();
		assertThat(warnings(output)).isEqualTo(2);
	}

	private static long warnings(CapturedOutput output) {
		return output.getAll().lines().filter((line) -> line.contains(WARNING)).count();
	}

	@ExposedEvent
	private record Exposed(int number) {

	}

}
