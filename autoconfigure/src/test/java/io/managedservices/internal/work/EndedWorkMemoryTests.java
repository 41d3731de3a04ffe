// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.managedservices.monitor.ServiceAction;
import io.managedservices.work.MicroTask;
import io.managedservices.work.ServiceWork;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Work that has ended is held by nothing, however far in the future its timers were.
 */
@Timeout(120)
class EndedWorkMemoryTests {

	private static final Duration LONG = Duration.ofHours(5);

	private final List<WeakReference<Payload>> payloads = new ArrayList<>();

	private boolean held;

	@Test
	void workerWithHeartbeat() {
		this.held = true;
		assertNothingIsHeld((work, payload) -> work.worker("w", (worker) -> payload.use()).heartbeat(LONG).start());
	}

	@Test
	void workerInBackoff() {
		assertNothingIsHeld((work, payload) -> work.worker("w", (worker) -> {
			payload.use();
			throw new IllegalStateException("no listener");
		}).restartOnFailure(LONG).start());
	}

	@Test
	void taskWithTimers() {
		assertNothingIsHeld((work, payload) -> {
			work.task("repeated", payload::use).repeat(LONG);
			work.task("bounded", payload::use).maxDelay(LONG).queue();
			work.task("scheduled", payload::use).schedule(Instant.EPOCH.plus(LONG));
			work.task("nightly", payload::use).cron("0 0 3 * * *");
		});
	}

	@Test
	void ticker() {
		assertNothingIsHeld((work, payload) -> work.every(LONG, payload::use).whileAsleep(LONG.multipliedBy(2)));
	}

	@Test
	void microTaskThatHasWaited() {
		MicroTask patient = MicroTask.low("patient").withMaxDelay(LONG);
		SteppedWork stepped = restarting((work, payload) -> {
			List<AutoCloseable> slots = new ArrayList<>();
			for (int slot = 0; slot < WorkSettings.DEFAULTS.microTaskLimit(); slot++) {
				slots.add(signal(work));
			}
			work.start(patient, payload::use);
			slots.forEach(EndedWorkMemoryTests::close);
		});
		assertNothingIsHeld(stepped);
	}

	private static AutoCloseable signal(ServiceWork work) {
		try {
			return work.signal(MicroTask.high("occupied"));
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void close(AutoCloseable slot) {
		try {
			slot.close();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void assertNothingIsHeld(Work kind) {
		assertNothingIsHeld(restarting(kind));
	}

	private SteppedWork restarting(Work kind) {
		SteppedWork stepped = new SteppedWork(SteppedWork.service("db", (context) -> {
			Payload payload = new Payload();
			this.payloads.add(new WeakReference<>(payload));
			kind.begin(context.work(), payload);
		}));
		stepped.hold((unit) -> this.held);
		stepped.start();
		for (int restart = 0; restart < 3; restart++) {
			stepped.engine.perform(ServiceAction.RESTART, "db");
			stepped.run();
			drain(stepped);
		}
		return stepped;
	}

	private static void drain(SteppedWork stepped) {
		while (!stepped.held().isEmpty() && stepped.held().element().isInterrupted()) {
			stepped.finish();
		}
	}

	// All but that of the present incarnation.
	private void assertNothingIsHeld(SteppedWork stepped) {
		assertThat(this.payloads).hasSize(4);
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
			System.gc();
			return this.payloads.subList(0, 3).stream().allMatch((payload) -> payload.get() == null);
		});
		assertThat(stepped.engine.snapshot("db").state()).isNotNull();
	}

	/**
	 * Work of a kind that holds something.
	 */
	private interface Work {

		void begin(ServiceWork work, Payload payload);

	}

	/**
	 * What is held.
	 */
	private static final class Payload {

		private int uses;

		int use() {
			return this.uses++;
		}

	}

}
