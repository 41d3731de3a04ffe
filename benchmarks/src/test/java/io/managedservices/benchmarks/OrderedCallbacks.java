// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Notes every service that starts before one of its dependencies runs, or stops before
 * one of its dependents has stopped, or does either twice. Safe for use by several
 * threads.
 */
final class OrderedCallbacks implements Callbacks {

	private enum State {

		DEFINED, RUNNING, STOPPED

	}

	private final GraphPlan plan;

	private final State[] states;

	private final List<String> violations = new ArrayList<>();

	OrderedCallbacks(GraphPlan plan) {
		this.plan = plan;
		this.states = new State[plan.size()];
		Arrays.fill(this.states, State.DEFINED);
	}

	@Override
	public synchronized void start(int service) {
		move("start", service, State.DEFINED, State.RUNNING);
	}

	@Override
	public synchronized void stop(int service) {
		move("stop", service, State.RUNNING, State.STOPPED);
	}

	private void move(String method, int service, State from, State to) {
		if (this.states[service] != from) {
			this.violations.add("%s of %d while it is %s".formatted(method, service, this.states[service]));
		}
		for (int dependency : this.plan.dependencies(service)) {
			if (this.states[dependency] != State.RUNNING) {
				this.violations.add("%s of %d while its dependency %d is %s".formatted(method, service, dependency,
						this.states[dependency]));
			}
		}
		this.states[service] = to;
	}

	synchronized long running() {
		return count(State.RUNNING);
	}

	synchronized long stopped() {
		return count(State.STOPPED);
	}

	private long count(State wanted) {
		return Arrays.stream(this.states).filter((state) -> state == wanted).count();
	}

	synchronized List<String> violations() {
		return List.copyOf(this.violations);
	}

}
