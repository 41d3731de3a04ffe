// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.managedservices.ServiceContext;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That the stop of a service with N pieces of work inside costs N, counted in bytes that
 * it allocates on the one thread of virtual time: what looks at all of them for each of
 * them makes a list of them for each of them.
 */
class StopCostTests {

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private static final int FEW = 500;

	private static final int TIMES = 8;

	private final AtomicReference<ServiceContext> context = new AtomicReference<>();

	@ParameterizedTest
	@EnumSource
	void stopCostsAsManyTimesMoreAsThereIsMoreInside(Kind kind) {
		// Classes are loaded, and what is lazy is made.
		stop(kind, FEW);
		long few = stop(kind, FEW);
		long many = stop(kind, FEW * TIMES);
		assertThat(many).as("bytes for %d times as many, %d for the few", TIMES, few).isLessThan(few * 2 * TIMES);
	}

	private long stop(Kind kind, int count) {
		SteppedWork stepped = new SteppedWork(SteppedWork.service("polls", this.context::set)).start();
		stepped.hold((unit) -> true);
		for (int number = 0; number < count; number++) {
			kind.add(this.context.get(), number);
		}
		stepped.pass(Duration.ofNanos(1));
		if (kind.isInside) {
			assertThat(stepped.held()).hasSize(count);
		}
		stepped.hold((unit) -> false);
		long before = THREADS.getCurrentThreadAllocatedBytes();
		stepped.engine.perform(ServiceAction.STOP, "polls");
		stepped.run();
		while (!stepped.held().isEmpty()) {
			stepped.finish();
		}
		long after = THREADS.getCurrentThreadAllocatedBytes();
		assertThat(stepped.state("polls")).isEqualTo(ServiceState.STOPPED);
		return after - before;
	}

	enum Kind {

		WORKER(true) {
			@Override
			void add(ServiceContext context, int number) {
				CompletableFuture<Void> unused = context.work().worker("worker" + number, (worker) -> {
				}).start();
			}
		},

		TASK_THAT_WAITS(false) {
			@Override
			void add(ServiceContext context, int number) {
				context.work().task("task" + number, () -> {
				}).queue();
			}
		},

		TASK_THAT_RUNS(true) {
			@Override
			void add(ServiceContext context, int number) {
				context.work().task("task" + number, () -> {
				}).maxDelay(Duration.ofNanos(1)).queue();
			}
		},

		TASK_THAT_IS_REPEATED(false) {
			@Override
			void add(ServiceContext context, int number) {
				context.work().task("task" + number, () -> {
				}).repeat(Duration.ofHours(1));
			}
		},

		TICKER(false) {
			@Override
			void add(ServiceContext context, int number) {
				context.work().every("ticker" + number, Duration.ofHours(1), () -> {
				});
			}
		},

		SUBSCRIPTION(false) {
			@Override
			void add(ServiceContext context, int number) {
				context.events().on(String.class, (event) -> {
				});
			}
		},

		HELD_EVENT(false) {
			@Override
			void add(ServiceContext context, int number) {
				if (number == 0) {
					context.events().on(String.class, (event) -> {
					});
				}
				context.events().emit("event");
			}
		};

		/** Whether each of them is inside user code when the service stops. */
		final boolean isInside;

		Kind(boolean isInside) {
			this.isInside = isInside;
		}

		abstract void add(ServiceContext context, int number);

	}

}
