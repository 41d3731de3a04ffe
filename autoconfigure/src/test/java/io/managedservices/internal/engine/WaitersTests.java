// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import io.managedservices.internal.engine.kernel.Facts;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for those who wait until a service runs, and for what is left of them.
 */
class WaitersTests {

	private final TestService service = TestService.named("a");

	private final SteppedEngine stepped = new SteppedEngine(this.service.build());

	@Test
	void whenRunningWhenCancelledIsForgotten() throws Exception {
		CompletableFuture<ServiceSnapshot> kept = this.stepped.engine.whenRunning("a");
		List<CompletableFuture<ServiceSnapshot>> cancelled = new ArrayList<>();
		for (int count = 0; count < 100; count++) {
			cancelled.add(this.stepped.engine.whenRunning("a"));
		}
		assertThat(waiters()).hasSize(101);
		cancelled.forEach((future) -> future.cancel(false));
		assertThat(waiters()).isEqualTo(List.of(kept));
		this.stepped.engine.start();
		this.stepped.runTasks();
		assertThat(kept).isCompletedWithValueMatching((snapshot) -> snapshot.state() == ServiceState.RUNNING);
		assertThat(waiters()).isEmpty();
	}

	@Test
	void getWhenItTimesOutIsForgotten() throws Exception {
		assertThatExceptionOfType(ServiceException.class)
			.isThrownBy(() -> this.stepped.engine.get("a", TestService.class, Duration.ZERO));
		assertThat(waiters()).isEmpty();
	}

	@Test
	void whenRunningWhenServiceRunsIsCompletedOnAnotherThread() throws Exception {
		this.stepped.engine.start();
		CompletableFuture<ServiceSnapshot> running = this.stepped.engine.whenRunning("a");
		assertThat(running).isNotDone();
		this.stepped.runTasks();
		assertThat(running).isCompleted();
		assertThat(waiters()).isEmpty();
	}

	@Test
	void whenStoppedIsCompletedOnceServiceIsDown() {
		CompletableFuture<ServiceSnapshot> before = this.stepped.engine.whenStopped("a");
		this.stepped.runTasks();
		assertThat(before).isCompleted();
		this.stepped.engine.start();
		CompletableFuture<ServiceSnapshot> starting = this.stepped.engine.whenStopped("a");
		this.stepped.runTasks();
		assertThat(starting).isNotDone();
		this.stepped.engine.stop("a");
		this.stepped.runTasks();
		assertThat(starting).isCompletedWithValueMatching((snapshot) -> snapshot.state() == ServiceState.STOPPED);
	}

	@Test
	void isShuttingDownFromTheStopOfAllToTheNextStart() {
		SteppedEngine stopping = new SteppedEngine(TestService.named("a").stop((context) -> {
		}).build());
		assertThat(stopping.engine.isShuttingDown()).isFalse();
		stopping.engine.start();
		stopping.runTasks();
		stopping.engine.stop();
		assertThat(stopping.engine.isShuttingDown()).isTrue();
		stopping.runTasks();
		assertThat(stopping.engine.isShuttingDown()).isFalse();
		stopping.engine.close();
		assertThat(stopping.engine.isShuttingDown()).isTrue();
	}

	private List<?> waiters() throws ReflectiveOperationException {
		Rooms rooms = (Rooms) field(this.stepped.engine, "rooms");
		Facts<?> waiters = (Facts<?>) field(rooms.waiters, "waiters");
		return rooms.coordinator.nodes()
			.stream()
			.map((node) -> (List<?>) waiters.of(node))
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(List.of());
	}

	private static Object field(Object owner, String name) throws ReflectiveOperationException {
		Field field = owner.getClass().getDeclaredField(name);
		field.setAccessible(true);
		return field.get(owner);
	}

}
