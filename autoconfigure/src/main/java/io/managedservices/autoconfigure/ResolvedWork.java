// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.autoconfigure.ManagedServicesProperties.MicroTasks;
import io.managedservices.autoconfigure.ManagedServicesProperties.Work;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.work.WorkSettings;

/**
 * The limits of work as they are configured, and what is wrong with them. Used by one
 * thread.
 */
final class ResolvedWork {

	private static final String PREFIX = "managed-services.work.";

	private final List<GraphProblem> problems;

	private ResolvedWork(List<GraphProblem> problems) {
		this.problems = problems;
	}

	static WorkSettings of(Work work, List<GraphProblem> problems) {
		return new ResolvedWork(problems).resolve(work);
	}

	static int exposedEventBuffer(Work work, List<GraphProblem> problems) {
		return new ResolvedWork(problems).atLeast(1, "exposed-event-buffer", work.exposedEventBuffer(),
				EngineSettings.DEFAULTS.exposedEventBuffer());
	}

	private WorkSettings resolve(Work work) {
		WorkSettings defaults = WorkSettings.DEFAULTS;
		MicroTasks microTasks = work.microTasks();
		ResolvedProperties.checkRange(PREFIX + "long-task", work.longTask(), this.problems);
		return new WorkSettings(atLeast(1, "task-slots", work.taskSlots(), defaults.taskSlots()), work.longTask(),
				atLeast(2, "micro-tasks.limit", microTasks.limit(), defaults.microTaskLimit()),
				delay("micro-tasks.medium-max-delay", microTasks.mediumMaxDelay()),
				delay("micro-tasks.low-max-delay", microTasks.lowMaxDelay()),
				atLeast(2, "max-threads", work.maxThreads(), defaults.maxThreads()),
				atLeast(1, "failures-kept", work.failuresKept(), defaults.failuresKept()));
	}

	private int atLeast(int least, String property, @Nullable Integer value, int unset) {
		if (value == null) {
			return unset;
		}
		if (value < least) {
			refuse(property, "a number of %d or more".formatted(least), value);
		}
		return value;
	}

	private Duration delay(String property, Duration value) {
		if (!value.isZero() && !ResolvedProperties.isInRange(value)) {
			refuse(property, "a duration from 0 up to 36500d", value);
		}
		return value;
	}

	private void refuse(String property, String expected, Object found) {
		this.problems.add(
				new GraphProblem("%s%s is invalid: expected %s, found %s.".formatted(PREFIX, property, expected, found),
						"Correct %s%s.".formatted(PREFIX, property)));
	}

}
