// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;
import org.mockito.Mockito;
import org.springframework.test.util.ReflectionTestUtils;

import io.managedservices.ServiceContext;
import io.managedservices.internal.concurrent.SimulatedBackend;
import io.managedservices.internal.item.ItemLedger;
import io.managedservices.internal.item.ItemSettings;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.ServiceWork;
import io.managedservices.work.TaskBody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link AskedItems}, without a database.
 */
class AskedItemsTests {

	private static final Duration RETRY = Duration.ofSeconds(7);

	private final SimulatedBackend backend = new SimulatedBackend(new Random(0));

	private final ServiceContext context = Mockito.mock(ServiceContext.class);

	private final ServiceTask task = Mockito.mock(ServiceTask.class);

	private final ServiceRows<Long> rows = Mockito.mock();

	private final List<List<Long>> armed = new ArrayList<>();

	private Set<Long> inHand = Set.of();

	private int polls;

	private boolean failing;

	private final Map<Long, Object> map = Mockito.spy(new HashMap<>());

	private AskedItems<Long> asked;

	private TaskBody body;

	@BeforeEach
	void create() {
		ServiceWork work = Mockito.mock(ServiceWork.class);
		ArgumentCaptor<TaskBody> bodies = ArgumentCaptor.forClass(TaskBody.class);
		Mockito.when(this.context.name()).thenReturn("polls");
		Mockito.when(this.context.work()).thenReturn(work);
		Mockito.when(work.task(Mockito.eq("items-scheduled"), bodies.capture())).thenReturn(this.task);
		Mockito.when(this.task.maxDelay(Mockito.any())).thenReturn(this.task);
		Mockito.when(this.task.finishOnStop()).thenReturn(this.task);
		MemoryItems service = new MemoryItems();
		ItemSettings settings = new ItemSettings(1, new ItemSettings.Retry(RETRY, 2, Duration.ofHours(1)),
				Duration.ofMinutes(1), 1000);
		Mockito.when(this.rows.arm(Mockito.any(), Mockito.any())).thenAnswer((call) -> arm(call.getArgument(0)));
		this.asked = new AskedItems<>(this.rows, new ItemLedger<>(service, settings, this.context, this.backend),
				this.context, this.backend, () -> this.polls++);
		this.body = bodies.getValue();
		ReflectionTestUtils.setField(this.asked, "asked", this.map);
	}

	@Test
	void addWhenThereAreManyTakesABatchAtATimeAndWalksThroughNoOthers() throws Exception {
		for (long id = 0; id < 1050; id++) {
			this.asked.add(id);
			this.asked.add(id);
		}
		Mockito.verify(this.task, Mockito.times(1050)).startAsap();
		for (int batch = 0; batch < 10; batch++) {
			this.body.run(this.task);
			assertThat(this.armed.get(batch)).hasSize(100).contains(batch * 100L);
		}
		// Looked again at once as long as any were left.
		Mockito.verify(this.task, Mockito.times(10)).schedule(this.backend.instant());
		this.body.run(this.task);
		assertThat(this.armed.get(10)).hasSize(50);
		Mockito.verify(this.task, Mockito.times(10)).schedule(Mockito.any());
		Mockito.verify(this.map, Mockito.times(1050)).remove(Mockito.any());
		Mockito.verify(this.map, Mockito.never()).entrySet();
		Mockito.verify(this.map, Mockito.never()).keySet();
		Mockito.verify(this.map, Mockito.never()).values();
		Mockito.verify(this.map, Mockito.never()).forEach(Mockito.any());
	}

	@Test
	void addWhenItIsInHandIsPutOffForAMoment() throws Exception {
		this.inHand = Set.of(1L);
		this.asked.add(1L);
		this.body.run(this.task);
		assertThatNextIsAfter(Duration.ofMillis(100));
		this.asked.add(2L);
		this.body.run(this.task);
		this.inHand = Set.of();
		this.backend.advanceTo(this.backend.nanoTime() + Duration.ofMillis(100).toNanos());
		this.body.run(this.task);
		assertThat(this.armed).containsExactly(List.of(1L), List.of(2L), List.of(1L));
		assertThat(this.polls).isEqualTo(3);
	}

	@Test
	void addWhenItHasFailedWaitsNevertheless() throws Exception {
		this.failing = true;
		this.asked.add(1L);
		assertThatIllegalStateException().isThrownBy(() -> this.body.run(this.task));
		assertThatNextIsAfter(RETRY);
		this.asked.add(1L);
		this.body.run(this.task);
		this.backend.advanceTo(this.backend.nanoTime() + RETRY.toNanos());
		assertThatIllegalStateException().isThrownBy(() -> this.body.run(this.task));
		assertThatNextIsAfter(RETRY.multipliedBy(2));
		assertThat(this.armed).containsExactly(List.of(1L), List.of(), List.of(1L));
	}

	private void assertThatNextIsAfter(Duration wait) {
		Mockito.verify(this.task).schedule(this.backend.instant().plus(wait));
	}

	private List<Long> arm(Map<Long, Instant> times) {
		assertThat(times.values()).allMatch(this.backend.instant()::equals);
		this.armed.add(List.copyOf(times.keySet()));
		if (this.failing && !times.isEmpty()) {
			throw new IllegalStateException("no database");
		}
		return times.keySet().stream().filter(this.inHand::contains).toList();
	}

}
