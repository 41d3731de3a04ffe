// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.microtask;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.managedservices.work.MicroTask;
import io.managedservices.work.MicroTask.Priority;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Micro-tasks that are started, finished, cancelled and overdue at random, until their
 * service is stopped: those that begin are the ones that have to, in their order.
 */
class MicroTaskPropertyTests {

	private static final int STEPS = 200;

	static List<Long> seeds() {
		return new Random(20261121).longs(300).boxed().toList();
	}

	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void microTasksWhenAnythingHappensBeginInTheirOrder(long seed) {
		Scenario scenario = new Scenario(seed);
		for (int step = 0; step < STEPS; step++) {
			scenario.step();
			scenario.check();
		}
		scenario.stop();
	}

	/**
	 * What is known about each micro-task without looking into the limiter.
	 */
	private static final class Scenario {

		private final Random random;

		private final SteppedMicroTasks tasks;

		private final Map<String, CompletableFuture<String>> futures = new HashMap<>();

		private final Map<String, Long> due = new HashMap<>();

		private final List<String> medium = new ArrayList<>();

		private final List<String> low = new ArrayList<>();

		private final Set<String> expected = new LinkedHashSet<>();

		private final Set<String> inside = new LinkedHashSet<>();

		private final Set<String> cancelled = new LinkedHashSet<>();

		private int limit = 2;

		private int number;

		Scenario(long seed) {
			this.random = new Random(seed);
			this.tasks = new SteppedMicroTasks(seed, this.limit, null);
		}

		void step() {
			switch (this.random.nextInt(10)) {
				case 0, 1, 2, 3, 4 -> start();
				case 5, 6 -> finish();
				case 7 -> pass();
				case 8 -> cancel();
				default -> limit();
			}
		}

		private void start() {
			Priority priority = Priority.values()[this.random.nextInt(3)];
			Duration delay = (this.random.nextInt(4) == 0) ? Duration.ofMillis(this.random.nextInt(2000)) : null;
			String name = priority + "-" + ++this.number;
			MicroTask microTask = new MicroTask(name, priority, delay);
			this.futures.put(name, this.tasks.start(microTask));
			if (priority == Priority.HIGH || (delay != null && delay.isZero())) {
				begin(name);
				return;
			}
			Duration wait = (delay != null) ? delay : Duration.ofSeconds((priority == Priority.LOW) ? 3 : 1);
			this.due.put(name, this.tasks.stepped.backend.nanoTime() + wait.toNanos());
			((priority == Priority.LOW) ? this.low : this.medium).add(name);
			fillSlots();
		}

		private void begin(String name) {
			this.expected.add(name);
			this.inside.add(name);
		}

		private void fillSlots() {
			while (this.inside.size() < this.limit && !(this.medium.isEmpty() && this.low.isEmpty())) {
				begin((this.medium.isEmpty() ? this.low : this.medium).remove(0));
			}
		}

		private void finish() {
			if (!this.inside.isEmpty()) {
				String name = new ArrayList<>(this.inside).get(this.random.nextInt(this.inside.size()));
				this.tasks.finish(name);
				assertThat(this.futures.get(name)).isDone();
				this.inside.remove(name);
				fillSlots();
			}
		}

		private void pass() {
			Duration time = Duration.ofMillis(this.random.nextInt(1500));
			this.tasks.pass(time);
			for (List<String> line : List.of(this.medium, this.low)) {
				for (String name : List.copyOf(line)) {
					if (this.due.get(name) <= this.tasks.stepped.backend.nanoTime()) {
						line.remove(name);
						begin(name);
					}
				}
			}
		}

		private void cancel() {
			List<String> waiting = new ArrayList<>(this.medium);
			waiting.addAll(this.low);
			if (!waiting.isEmpty()) {
				String name = waiting.get(this.random.nextInt(waiting.size()));
				this.futures.get(name).cancel(true);
				this.medium.remove(name);
				this.low.remove(name);
				this.cancelled.add(name);
			}
		}

		private void limit() {
			this.limit = 2 + this.random.nextInt(4);
			this.tasks.stepped.engine.limitMicroTasks(this.limit);
			this.tasks.run();
			fillSlots();
		}

		void check() {
			assertThat(this.tasks.begun()).containsExactlyInAnyOrderElementsOf(this.expected);
			assertThat(this.tasks.inside()).extracting((call) -> call.microTask.name())
				.containsExactlyInAnyOrderElementsOf(this.inside);
			assertThat(this.tasks.limiter().load().taken()).isEqualTo(this.inside.size());
			assertThat(this.tasks.limiter().load().mediumWaiting()).isEqualTo(this.medium.size());
			assertThat(this.tasks.limiter().load().lowWaiting()).isEqualTo(this.low.size());
			assertThat(this.tasks.stepped.engine.work("db").microTasks().running()).isEqualTo(this.inside.size());
		}

		void stop() {
			this.tasks.stop();
			this.inside.forEach(this.tasks::finish);
			this.tasks.pass(Duration.ofHours(1));
			assertThat(this.tasks.begun()).as("nothing begins after the end")
				.containsExactlyInAnyOrderElementsOf(this.expected);
			this.futures.forEach((name, future) -> {
				assertThat(future).as(name).isDone();
				assertThat(future.isCancelled()).as(name).isEqualTo(!this.expected.contains(name));
			});
			assertThat(this.tasks.limiter().load().taken()).isZero();
			assertThat(this.tasks.limiter().hasWaiting()).isFalse();
		}

	}

}
