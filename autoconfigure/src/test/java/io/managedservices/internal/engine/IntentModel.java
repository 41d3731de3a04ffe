// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;

import io.managedservices.internal.graph.EdgeList;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.Activation;

/**
 * What is asked of the services of one simulated life, noted by whoever asks. It reads
 * nothing of the engine but the graph, so that an engine that forgets what it was told is
 * found out.
 */
final class IntentModel {

	private final ServiceGraph graph;

	private final Activation[] activations;

	private final Hold[] holds;

	private final boolean[] intended;

	private boolean up;

	private int requests;

	IntentModel(ServiceGraph graph) {
		this.graph = graph;
		this.activations = new Activation[graph.size()];
		this.holds = new Hold[graph.size()];
		this.intended = new boolean[graph.size()];
		for (int index = 0; index < graph.size(); index++) {
			this.activations[index] = graph.definition(index).descriptor().activation();
		}
		Arrays.fill(this.holds, Hold.NONE);
		derive();
	}

	/**
	 * All services are to start: those that ended by themselves, too.
	 */
	void startAll() {
		if (!this.up) {
			for (int index = 0; index < this.holds.length; index++) {
				this.holds[index] = (this.holds[index] == Hold.COMPLETED) ? Hold.NONE : this.holds[index];
			}
		}
		this.up = true;
		derive();
	}

	/**
	 * All services are to stop.
	 */
	void stopAll() {
		this.up = false;
		derive();
	}

	/**
	 * An operator wants something.
	 * @param action what
	 * @param nodes of which services
	 * @return whether it is to be refused, as far as that depends on what was asked for
	 * before
	 */
	boolean perform(ServiceAction action, Collection<ServiceNode> nodes) {
		boolean refused = switch (action) {
			case START -> nodes.stream().anyMatch((node) -> !this.up || !isStartable(node.index));
			case RESTART, RETRY -> nodes.stream().anyMatch((node) -> !isToRun(node));
			default -> false;
		};
		if (!refused) {
			nodes.forEach((node) -> apply(action, node.index));
		}
		derive();
		return refused;
	}

	private boolean isStartable(int index) {
		return switch (this.activations[index]) {
			case ENABLED -> true;
			case ON_DEMAND -> isNeeded(index);
			case DISABLED -> false;
		};
	}

	private void apply(ServiceAction action, int index) {
		switch (action) {
			case START -> this.holds[index] = Hold.NONE;
			case STOP -> this.holds[index] = Hold.STOPPED;
			case ENABLE, DISABLE, ON_DEMAND -> this.activations[index] = action.activation();
			default -> {
			}
		}
	}

	/**
	 * An operator sets what is wanted of services.
	 * @param newActivations what is wanted
	 */
	void activate(Map<ServiceNode, Activation> newActivations) {
		newActivations.forEach((node, activation) -> this.activations[node.index] = activation);
		derive();
	}

	/**
	 * A service has ended by itself. What that takes down belongs to no failure, as with
	 * any request.
	 * @param node the service
	 * @param restarts whether it is to be started again
	 */
	void completed(ServiceNode node, boolean restarts) {
		if (!restarts && this.holds[node.index] == Hold.NONE) {
			this.holds[node.index] = Hold.COMPLETED;
		}
		derive();
	}

	// Dependents have higher numbers than what they depend on.
	private void derive() {
		this.requests++;
		for (int index = this.intended.length - 1; index >= 0; index--) {
			this.intended[index] = this.holds[index] == Hold.NONE && isStartable(index);
		}
	}

	private boolean isNeeded(int index) {
		EdgeList dependents = this.graph.dependents();
		for (int edge = 0; edge < dependents.count(index); edge++) {
			if (this.intended[dependents.target(index, edge)]) {
				return true;
			}
		}
		return false;
	}

	/**
	 * How many requests there were: while the number stays, nothing was asked for.
	 * @return the number
	 */
	int requests() {
		return this.requests;
	}

	boolean isToRun(ServiceNode node) {
		return this.up && this.intended[node.index];
	}

	boolean isIntended(ServiceNode node) {
		return this.intended[node.index];
	}

	boolean isHeld(ServiceNode node) {
		return this.holds[node.index] != Hold.NONE;
	}

	Activation activation(ServiceNode node) {
		return this.activations[node.index];
	}

	/**
	 * What keeps a service down although it may be enabled.
	 */
	private enum Hold {

		NONE, STOPPED, COMPLETED

	}

}
