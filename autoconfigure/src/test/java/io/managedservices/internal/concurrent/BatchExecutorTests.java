// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that a task that is refused does not take others of its batch with it, for
 * {@link BatchExecutor} and {@link ThreadBackend}.
 */
class BatchExecutorTests {

	private final List<String> run = new ArrayList<>();

	private final Executor picky = (task) -> {
		if (task instanceof Named named && named.name().startsWith("bad")) {
			throw new RejectedExecutionException(named.name());
		}
		task.run();
	};

	@Test
	void executeWhenTasksAreRefusedRunsTheOthersAndThrowsTheFirstRefusal() {
		BatchExecutor executor = this.picky::execute;
		runsTheOthers(executor);
	}

	@Test
	void executeOfBackendWhenTasksAreRefusedRunsTheOthersAndThrowsTheFirstRefusal() {
		runsTheOthers(new ThreadBackend(this.picky));
	}

	@Test
	void executeForWorkWhenTasksAreRefusedRunsTheOthersAndThrowsTheFirstRefusal() {
		runsTheOthers(new ThreadBackend(this.picky).executor("task", 1, true));
	}

	private void runsTheOthers(BatchExecutor executor) {
		List<Runnable> tasks = List.of(new Named("a", this.run), new Named("bad 1", this.run), new Named("b", this.run),
				new Named("bad 2", this.run), new Named("c", this.run));
		assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> executor.execute(tasks))
			.withMessage("bad 1");
		assertThat(this.run).containsExactly("a", "b", "c");
	}

	/**
	 * A task.
	 *
	 * @param name its name
	 * @param log where it notes that it was run
	 */
	private record Named(String name, List<String> log) implements Runnable {

		@Override
		public void run() {
			this.log.add(this.name);
		}

	}

}
