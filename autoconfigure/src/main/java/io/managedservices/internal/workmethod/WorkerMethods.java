// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.workmethod;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceCallbacks;
import io.managedservices.work.ServiceWorker;
import io.managedservices.work.Worker;
import io.managedservices.work.WorkerBody;
import io.managedservices.work.WorkerContext;

/**
 * Makes workers of the methods of one service that are annotated with
 * {@link Worker @Worker}. Used by one thread.
 */
final class WorkerMethods {

	private final List<GraphProblem> problems;

	private final Set<String> names = new HashSet<>();

	WorkerMethods(List<GraphProblem> problems) {
		this.problems = problems;
	}

	/**
	 * Makes a worker of a method.
	 * @param method the method
	 * @param worker its annotation
	 * @return starts it, or {@code null} if anything is wrong with it
	 */
	ServiceCallbacks.@Nullable Callback start(WorkMethod method, Worker worker) {
		int before = this.problems.size();
		String name = method.name(worker.name());
		method.checkUnique("worker", name, this.names);
		WorkMethod.Call body = method.callable(WorkerContext.class, ServiceContext.class);
		Duration delay = method.duration("delay", worker.delay(), true);
		Duration window = method.duration("window", worker.window(), false);
		Duration heartbeat = worker.heartbeat().isEmpty() ? null
				: method.duration("heartbeat", worker.heartbeat(), false);
		int maxRestarts = worker.maxRestarts();
		if (maxRestarts < -1) {
			method.refuse("has an invalid maxRestarts of @Worker: expected -1 for no limit, or 0 or more, found %d"
				.formatted(maxRestarts), "Correct maxRestarts of %s.".formatted(method.place()));
		}
		if ((maxRestarts == -1 || maxRestarts > 1000) && delay != null && delay.compareTo(Duration.ofMillis(1)) < 0) {
			method.refuse(
					"has a delay of @Worker of '%s' and maxRestarts %d: expected 1 ms or more, or a limit of 1000 or less, since it would be restarted without a pause"
						.formatted(worker.delay(), maxRestarts),
					"Correct delay or maxRestarts of %s.".formatted(method.place()));
		}
		if (this.problems.size() > before || body == null || delay == null || window == null) {
			return null;
		}
		return (context) -> {
			ServiceWorker made = context.work()
				.worker(name, (WorkerBody & Surrounding.Declared) (worked) -> body.with(worked, context))
				.restartOnFailure(delay);
			if (maxRestarts >= 0) {
				made.maxRestarts(maxRestarts, window);
			}
			if (heartbeat != null) {
				made.heartbeat(heartbeat);
			}
			if (worker.finishOnStop()) {
				made.finishOnStop();
			}
			CompletableFuture<Void> unused = made.start();
		};
	}

}
