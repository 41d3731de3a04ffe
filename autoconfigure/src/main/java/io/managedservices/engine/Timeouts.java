package io.managedservices.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

import io.managedservices.ServiceEvent;
import io.managedservices.engine.Invocation.Method;
import io.managedservices.engine.OwnedWork.Remaining;

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
	 * Tells where a callback hangs.
	 * @param invocation a callback whose timeout has passed
	 * @param timeout the timeout
	 * @param property the property that sets it
	 * @return the failure that this is
	 */
	TimeoutException passed(Invocation invocation, Duration timeout, String property) {
		ServiceNode node = invocation.node;
		List<StackTraceElement> stack = tell(invocation, timeout);
		TimeoutException failure = new TimeoutException(
				"The %s of service '%s' did not return within %s: managed-services.services.%s.%s"
					.formatted(invocation.method, node.name(), timeout, node.name(), property));
		failure.setStackTrace(stack.toArray(new StackTraceElement[0]));
		return failure;
	}

	/**
	 * Tells what work of a service goes on although the time to stop it is over.
	 * @param node the service
	 * @return the failure that this is
	 */
	TimeoutException notStopped(ServiceNode node) {
		List<String> remaining = tellWork(node);
		return new TimeoutException(remaining.isEmpty() ? "Service '%s' was not stopped in time".formatted(node.name())
				: "Work of service '%s' did not end within %s: %s: managed-services.services.%s.stop-timeout"
					.formatted(node.name(), node.settings.stopTimeout(), String.join(", ", remaining), node.name()));
	}

	/**
	 * Tells where the work of a service hangs, if there is any.
	 * @param node a service whose time to stop is over
	 * @return what hangs
	 */
	List<String> tellWork(ServiceNode node) {
		NodeWork work = node.work;
		if (work == null || !work.isLeft()) {
			return List.of();
		}
		List<Remaining> remaining = work.remaining();
		remaining.forEach((piece) -> this.turn
			.tell(new ServiceEvent.Hanging(node.snapshot, piece.what(), node.settings.stopTimeout(), piece.stack())));
		return remaining.stream().map(Remaining::what).toList();
	}

	/**
	 * Tells where a callback hangs.
	 * @param invocation a callback whose time is over
	 * @param timeout the time that it had
	 * @return its stack
	 */
	List<StackTraceElement> tell(Invocation invocation, Duration timeout) {
		List<StackTraceElement> stack = invocation.stack();
		this.turn
			.tell(new ServiceEvent.Hanging(invocation.node.snapshot, invocation.method.toString(), timeout, stack));
		return stack;
	}

	/**
	 * The property that sets how long a method may take.
	 * @param method the method
	 * @return the end of its name
	 */
	static String property(Method method) {
		return switch (method) {
			case CHECK -> "health.timeout";
			case QUIESCE -> "stop-timeout";
			case NOTICE -> "start-timeout";
			default -> method + "-timeout";
		};
	}

	/**
	 * How long a callback may take.
	 * @param invocation the callback
	 * @return its timeout
	 */
	static Duration of(Invocation invocation) {
		ServiceNode node = invocation.node;
		return switch (invocation.method) {
			case PREPARE -> node.settings.prepareTimeout();
			case START, NOTICE -> node.settings.startTimeout();
			case STOP, QUIESCE -> node.settings.stopTimeout();
			case CHECK -> node.settings.health().timeout();
		};
	}

}
