package io.managedservices.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

import io.managedservices.ServiceEvent;
import io.managedservices.SettingKey;
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
	 * Tells where a callback hangs that had a time of its own.
	 * @param invocation a callback whose timeout has passed
	 * @return the failure that this is
	 */
	TimeoutException passed(Invocation invocation) {
		return passed(invocation, of(invocation), property(invocation.method));
	}

	/**
	 * Tells where a callback hangs that was to leave, for its service is to stop.
	 * @param invocation a callback that the stop timeout of its service has passed for
	 * @return the failure that this is
	 */
	TimeoutException stopPassed(Invocation invocation) {
		return passed(invocation, invocation.node.settings.stopTimeout(), "stop-timeout");
	}

	/**
	 * Tells where a quiesce hangs whose share of the shutdown timeout has passed.
	 * @param invocation the quiesce
	 * @param timeout its share
	 * @return the failure that this is
	 */
	TimeoutException quiescePassed(Invocation invocation, Duration timeout) {
		return tell(invocation, timeout, "managed-services.shutdown.timeout", "half of ");
	}

	private TimeoutException passed(Invocation invocation, Duration timeout, String suffix) {
		return tell(invocation, timeout, SettingKey.ofService(invocation.node.name(), suffix), "");
	}

	private TimeoutException tell(Invocation invocation, Duration timeout, String property, String share) {
		List<StackTraceElement> stack = invocation.stack();
		this.turn.tell(new ServiceEvent.Hanging(invocation.node.snapshot, invocation.method.toString(), timeout,
				property, stack));
		TimeoutException failure = new TimeoutException("The %s of service '%s' did not return within %s: %s%s"
			.formatted(invocation.method, invocation.node.name(), timeout, share, property));
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
				: "Work of service '%s' did not end within %s: %s: %s".formatted(node.name(),
						node.settings.stopTimeout(), String.join(", ", remaining),
						SettingKey.ofService(node.name(), "stop-timeout")));
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
		remaining.forEach((piece) -> this.turn.tell(new ServiceEvent.Hanging(node.snapshot, piece.what(),
				node.settings.stopTimeout(), SettingKey.ofService(node.name(), "stop-timeout"), piece.stack())));
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
		ServiceNode node = invocation.node;
		return switch (invocation.method) {
			case PREPARE -> node.settings.prepareTimeout();
			case START, NOTICE -> node.settings.startTimeout();
			case CHECK -> node.settings.health().timeout();
			case STOP, QUIESCE -> throw hasNone(invocation.method);
		};
	}

	private static IllegalArgumentException hasNone(Method method) {
		return new IllegalArgumentException("A %s has no timeout of its own".formatted(method));
	}

}
