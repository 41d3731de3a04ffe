// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.task;

import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

import io.managedservices.internal.work.core.WorkScope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;

/**
 * Tests for {@link TaskNames}.
 */
class TaskNamesTests {

	private final WorkScope scope = Mockito.mock(WorkScope.class);

	private final TaskNames tasks = new TaskNames();

	@Test
	void addWhenNameIsTakenKeepsTheFirst() {
		IncarnationTask first = task("a");
		assertThat(this.tasks.add(first)).isTrue();
		assertThat(this.tasks.add(task("a"))).isFalse();
		this.tasks.remove(task("a"));
		assertThat(this.tasks.all()).containsExactly(first);
		this.tasks.remove(first);
		assertThat(this.tasks.add(task("a"))).isTrue();
	}

	@Test
	void addAfterEndKeepsNothing() {
		IncarnationTask task = task("a");
		assertThat(this.tasks.add(task)).isTrue();
		given(this.scope.isEnded()).willReturn(true);
		assertThat(this.tasks.end()).containsExactly(task);
		assertThat(this.tasks.add(task("a"))).isTrue();
		assertThat(this.tasks.add(task("a"))).isTrue();
		this.tasks.remove(task);
		assertThat(this.tasks.all()).isEmpty();
		assertThat(this.tasks.end()).isEmpty();
	}

	private IncarnationTask task(String name) {
		return new IncarnationTask(Mockito.mock(Tasks.class), this.scope, name, (context) -> {
		});
	}

}
