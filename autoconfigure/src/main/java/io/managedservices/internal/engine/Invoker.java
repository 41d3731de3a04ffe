// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.Invocation.Method;
import io.managedservices.internal.graph.ServiceCallbacks;

/**
 * Hands calls of the methods of services over to other threads, each as the one that the
 * state of its service is about. Confined to the coordinator.
 */
final class Invoker {

	private final Coordinator coordinator;

	private final Turn turn;

	private final CallbackTimers timers;

	Invoker(Coordinator coordinator, Turn turn, CallbackTimers timers) {
		this.coordinator = coordinator;
		this.turn = turn;
		this.timers = timers;
	}

	/**
	 * Calls a method that has a time of its own.
	 * @param node the service
	 * @param method which method
	 * @param callback what is called
	 * @param timeout how long it may take
	 */
	void invoke(ServiceNode node, Method method, ServiceCallbacks.@Nullable Callback callback, Duration timeout) {
		invoke(invocation(node, method, callback), timeout);
	}

	/**
	 * Makes a round of checks.
	 * @param node the service
	 */
	void check(ServiceNode node) {
		invoke(new CheckInvocation(this.coordinator, node, incarnation(node)), node.settings.health().timeout());
	}

	private void invoke(Invocation invocation, Duration timeout) {
		this.timers.limit(invocation.node, timeout);
		execute(invocation);
		this.timers.schedule(invocation.node);
	}

	/**
	 * Calls a method that shares a time with others.
	 * @param node the service
	 * @param method which method
	 * @param callback what is called
	 */
	void execute(ServiceNode node, Method method, ServiceCallbacks.@Nullable Callback callback) {
		execute(invocation(node, method, callback));
	}

	private void execute(Invocation invocation) {
		invocation.node.invocation = invocation;
		this.turn.execute(invocation);
	}

	private Invocation invocation(ServiceNode node, Method method, ServiceCallbacks.@Nullable Callback callback) {
		return new Invocation(this.coordinator, node, method, callback, incarnation(node));
	}

	private static Incarnation incarnation(ServiceNode node) {
		return Objects.requireNonNull(node.incarnation);
	}

	/**
	 * Cleans up what a start left behind that had been given up on: its service counts as
	 * occupied until that has returned, too.
	 * @param node the service
	 * @param incarnation the incarnation whose start it was
	 */
	void cleanUp(ServiceNode node, Incarnation incarnation) {
		node.occupant = new Invocation(this.coordinator, node, Method.STOP, node.stopCallback, incarnation);
		this.turn.execute(node.occupant);
	}

}
