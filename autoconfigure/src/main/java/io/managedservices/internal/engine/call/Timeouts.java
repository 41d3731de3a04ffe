// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.call;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.Invocation;
import io.managedservices.internal.engine.kernel.Invocation.Method;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.kernel.Turn;
import io.managedservices.internal.engine.kernel.WorkInside;
import io.managedservices.internal.engine.kernel.WorkInside.Remaining;
import io.managedservices.internal.text.SettingKey;
import io.managedservices.monitor.LifecycleEvent;

/**
 * How long callbacks may take, and what is told of those that take longer. Confined to
 * the coordinator.
 */
final class Timeouts {

	private final Turn turn;

	Timeouts(Turn turn) {
		this.turn = turn;
	}

	/**
	 * Tells where a callback hangs that had a time of its own.
	 * @param invocation a callback whose timeout has passed
	 * @return the failure that this is
	 */
	TimeoutException passed(Invocation invocation) {
		// It has been told before, and hangs for longer than that.
		Duration took = invocation.isInterrupted() ? StopLimit.passed(invocation.took(this.turn.now()), null)
				: of(invocation);
		return passed(invocation, took, SettingKey.ofService(invocation.node().name(), property(invocation.method())),
				"");
	}

	/**
	 * Tells where a callback hangs that was to leave, for its service is to stop.
	 * @param invocation a callback that is not waited for any longer
	 * @param limit which time is over
	 * @return the failure that this is
	 */
	TimeoutException stopPassed(Invocation invocation, StopLimit limit) {
		ServiceNode node = invocation.node();
		Duration took = limit.passed(node, this.turn.now());
		String told = (invocation.method() == Method.STOP) ? "" : " after it was asked to end";
		return tell(invocation, took, limit.property(), "The %s of service '%s' did not return within %s%s: %s"
			.formatted(invocation.method(), node.name(), took, told, limit.text()));
	}

	/**
	 * Tells where a quiesce hangs when half of the shutdown timeout has passed.
	 * @param invocation the quiesce
	 * @param took how long it has been inside
	 * @return the failure that this is
	 */
	TimeoutException quiescePassed(Invocation invocation, Duration took) {
		return passed(invocation, took, StopLimit.SHUTDOWN_PROPERTY, "half of ");
	}

	private TimeoutException passed(Invocation invocation, Duration took, String property, String share) {
		return tell(invocation, took, property, "The %s of service '%s' did not return within %s: %s%s"
			.formatted(invocation.method(), invocation.node().name(), took, share, property));
	}

	private TimeoutException tell(Invocation invocation, Duration took, @Nullable String property, String message) {
		List<StackTraceElement> stack = invocation.stack();
		this.turn.tell(new LifecycleEvent.Hanging(invocation.node().snapshot(), invocation.method().toString(), took,
				property, stack));
		TimeoutException failure = new TimeoutException(message);
		failure.setStackTrace(stack.toArray(new StackTraceElement[0]));
		return failure;
	}

	/**
	 * Tells what work of a service goes on although the time to stop it is over.
	 * @param node the service
	 * @param limit which time is over
	 * @return the failure that this is
	 */
	TimeoutException notStopped(ServiceNode node, StopLimit limit) {
		List<String> remaining = tellWork(node, limit);
		Duration took = limit.passed(node, this.turn.now());
		return new TimeoutException(remaining.isEmpty()
				? "Service '%s' was not stopped within %s: %s".formatted(node.name(), took, limit.text())
				: "Work of service '%s' did not end within %s: %s: %s".formatted(node.name(), took,
						String.join(", ", remaining), limit.text()));
	}

	/**
	 * Tells where the work of a service hangs, if there is any.
	 * @param node a service whose time to stop is over
	 * @param limit which time is over
	 * @return what hangs
	 */
	List<String> tellWork(ServiceNode node, StopLimit limit) {
		WorkInside work = node.work();
		if (work == null || !work.isLeft()) {
			return List.of();
		}
		List<Remaining> remaining = work.remaining();
		Duration took = limit.passed(node, this.turn.now());
		remaining.forEach((piece) -> this.turn
			.tell(new LifecycleEvent.Hanging(node.snapshot(), piece.what(), took, limit.property(), piece.stack())));
		return remaining.stream().map(Remaining::what).toList();
	}

	private static String property(Method method) {
		return switch (method) {
			case PREPARE -> "prepare-timeout";
			case START, NOTICE -> "start-timeout";
			case CHECK -> "health.timeout";
			case STOP, QUIESCE -> throw hasNone(method);
		};
	}

	/**
	 * How long a callback may take that has a time of its own. A stop shares that of its
	 * service with all that goes before it, a quiesce that of all services.
	 * @param invocation the callback
	 * @return its timeout
	 */
	static Duration of(Invocation invocation) {
		ServiceNode node = invocation.node();
		return switch (invocation.method()) {
			case PREPARE -> node.settings().prepareTimeout();
			case START, NOTICE -> node.settings().startTimeout();
			case CHECK -> node.settings().health().timeout();
			case STOP, QUIESCE -> throw hasNone(invocation.method());
		};
	}

	private static IllegalArgumentException hasNone(Method method) {
		return new IllegalArgumentException("A %s has no timeout of its own".formatted(method));
	}

}
