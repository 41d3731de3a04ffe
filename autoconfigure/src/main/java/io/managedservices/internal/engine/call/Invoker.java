// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.call;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Incarnation;
import io.managedservices.internal.engine.kernel.Invocation;
import io.managedservices.internal.engine.kernel.Invocation.Method;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.graph.ServiceCallbacks;

/**
 * Hands calls of the methods of services over to other threads. Confined to the
 * coordinator.
 */
final class Invoker {

	private final Coordinator coordinator;

	private final Deadlines deadlines;

	private final Consumer<Invocation> completion;

	/**
	 * Create an invoker.
	 * @param coordinator the coordinator
	 * @param deadlines limits the calls
	 * @param completion is given the calls that have come back
	 */
	Invoker(Coordinator coordinator, Deadlines deadlines, Consumer<Invocation> completion) {
		this.coordinator = coordinator;
		this.deadlines = deadlines;
		this.completion = completion;
	}

	/**
	 * Calls a method that has a time of its own.
	 * @param node the service
	 * @param method which method
	 * @param callback what is called
	 * @param timeout how long it may take
	 */
	void invoke(ServiceNode node, Method method, ServiceCallbacks.@Nullable Callback callback, Duration timeout) {
		invoke(invocation(incarnation(node), method, callback), timeout);
	}

	/**
	 * Makes a call that has a time of its own.
	 * @param invocation the call
	 * @param timeout how long it may take
	 */
	void invoke(Invocation invocation, Duration timeout) {
		this.deadlines.limit(invocation, timeout);
		execute(invocation);
	}

	/**
	 * Calls a method that shares a time with others.
	 * @param node the service
	 * @param method which method
	 * @param callback what is called
	 */
	void execute(ServiceNode node, Method method, ServiceCallbacks.@Nullable Callback callback) {
		execute(invocation(incarnation(node), method, callback));
	}

	private void execute(Invocation invocation) {
		invocation.node().invocation(invocation);
		this.coordinator.turn().execute(invocation);
	}

	private Invocation invocation(Incarnation incarnation, Method method,
			ServiceCallbacks.@Nullable Callback callback) {
		return new Invocation(this.coordinator, incarnation, method, callback, this.completion);
	}

	private static Incarnation incarnation(ServiceNode node) {
		return Objects.requireNonNull(node.incarnation());
	}

	/**
	 * Cleans up what a start left behind that had been given up on: its service counts as
	 * occupied until that has returned, too.
	 * @param node the service
	 * @param incarnation the incarnation whose start it was
	 */
	void cleanUp(ServiceNode node, Incarnation incarnation) {
		Invocation stop = invocation(incarnation, Method.STOP, node.callbacks().stop());
		node.occupant(stop);
		this.coordinator.turn().execute(stop);
	}

}
