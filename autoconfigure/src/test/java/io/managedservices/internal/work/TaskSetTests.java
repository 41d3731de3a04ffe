// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Mockito;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TaskSet}.
 */
class TaskSetTests {

	private final WorkScope scope = Mockito.mock(WorkScope.class);

	private final TaskSet tasks = new TaskSet();

	@ParameterizedTest
	@ValueSource(ints = { 4, 6, 60, 1000 })
	void addAndRemoveAtRandomDoAsAMapDoes(int names) {
		Random random = new Random(names);
		List<String> known = names(names);
		Map<String, IncarnationTask> expected = new HashMap<>();
		for (int step = 0; step < 20_000; step++) {
			String name = known.get(random.nextInt(names));
			IncarnationTask task = task(name);
			if (random.nextBoolean()) {
				boolean isNew = expected.putIfAbsent(name, task) == null;
				assertThat(this.tasks.add(task)).as(name).isEqualTo(isNew);
			}
			else {
				this.tasks.remove(task);
				IncarnationTask removed = expected.remove(name);
				if (removed != null) {
					this.tasks.remove(removed);
				}
			}
			if (step % 100 == 0) {
				assertThat(this.tasks.all()).hasSameSizeAs(expected.values());
				assertThat(Set.copyOf(this.tasks.all())).isEqualTo(Set.copyOf(expected.values()));
			}
		}
	}

	@Test
	void addAfterManyWereRemovedKnowsTheOthers() {
		List<IncarnationTask> all = new ArrayList<>();
		for (String name : names(10_000)) {
			all.add(task(name));
		}
		all.forEach((task) -> assertThat(this.tasks.add(task)).isTrue());
		all.subList(3, all.size()).forEach(this.tasks::remove);
		assertThat(this.tasks.all()).containsExactlyInAnyOrderElementsOf(all.subList(0, 3));
		all.subList(0, 3).forEach((task) -> assertThat(this.tasks.add(task(task.name()))).isFalse());
		all.subList(3, all.size()).forEach((task) -> assertThat(this.tasks.add(task)).isTrue());
		assertThat(this.tasks.all()).hasSize(all.size());
	}

	@Test
	void addAfterEndKeepsNothing() {
		IncarnationTask task = task("a");
		assertThat(this.tasks.add(task)).isTrue();
		assertThat(this.tasks.end()).containsExactly(task);
		assertThat(this.tasks.add(task("a"))).isTrue();
		assertThat(this.tasks.add(task("a"))).isTrue();
		this.tasks.remove(task);
		assertThat(this.tasks.all()).isEmpty();
		assertThat(this.tasks.end()).isEmpty();
	}

	// Every other pair has the same hash code.
	private static List<String> names(int count) {
		List<String> names = new ArrayList<>();
		for (int number = 0; names.size() < count; number++) {
			names.add("task-" + number + "-Aa");
			names.add("task-" + number + ((number % 2 == 0) ? "-BB" : "-CC"));
		}
		return names.subList(0, count);
	}

	private IncarnationTask task(String name) {
		return new IncarnationTask(this.scope, name, (context) -> {
		});
	}

}
