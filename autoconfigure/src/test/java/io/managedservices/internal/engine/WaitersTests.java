// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

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
		assertThat(node().waiters).hasSize(101);
		cancelled.forEach((future) -> future.cancel(false));
		assertThat(node().waiters).containsExactly(kept);
		this.stepped.engine.start();
		this.stepped.runTasks();
		assertThat(kept).isCompletedWithValueMatching((snapshot) -> snapshot.state() == ServiceState.RUNNING);
		assertThat(node().waiters).isNull();
	}

	@Test
	void getWhenItTimesOutIsForgotten() throws Exception {
		assertThatExceptionOfType(ServiceException.class)
			.isThrownBy(() -> this.stepped.engine.get("a", TestService.class, Duration.ZERO));
		assertThat(node().waiters).isEmpty();
	}

	@Test
	void whenRunningWhenServiceRunsIsCompletedOnAnotherThread() throws Exception {
		this.stepped.engine.start();
		CompletableFuture<ServiceSnapshot> running = this.stepped.engine.whenRunning("a");
		assertThat(running).isNotDone();
		this.stepped.runTasks();
		assertThat(running).isCompleted();
		assertThat(node().waiters).isNull();
	}

	private ServiceNode node() throws ReflectiveOperationException {
		Field field = ServiceEngine.class.getDeclaredField("coordinator");
		field.setAccessible(true);
		return ((Coordinator) field.get(this.stepped.engine)).node("a");
	}

}
