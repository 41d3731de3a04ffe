// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeoutException;

import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Incarnation;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Beats for the services of a simulated life that are watched, as often as their seed
 * says, and what has to come of too few.
 */
final class Heartbeats {

	private final Random random;

	private final List<ServiceNode> watched = new ArrayList<>();

	private final Map<Incarnation, Long> last = new HashMap<>();

	/**
	 * When those that were about to stop were seen so last: when they go on after all,
	 * because the stop was taken back, they are watched anew from then at the latest.
	 */
	private final Map<Incarnation, Long> spared = new HashMap<>();

	/** How likely each service is to give a beat after a step. */
	private final double likelihood;

	Heartbeats(Random random, Coordinator coordinator) {
		this.random = random;
		this.likelihood = new double[] { 0, 0.1, 0.9 }[random.nextInt(3)];
		for (int index = 0; index < coordinator.graph().size(); index++) {
			ServiceNode node = coordinator.node(index);
			if (node.settings().watchdog() != null) {
				this.watched.add(node);
			}
		}
	}

	/**
	 * Checks those that are watched, then lets some of them give a beat.
	 * @param now the time
	 * @param lateness how late an alarm may ring
	 */
	void look(long now, long lateness) {
		for (ServiceNode node : this.watched) {
			Incarnation incarnation = node.incarnation();
			if (incarnation != null && node.state() == ServiceState.RUNNING) {
				long beat = Math.max(this.last.getOrDefault(incarnation, 0L), node.runningSince());
				if (!node.available()) {
					this.spared.put(incarnation, now);
				}
				long watched = Math.max(beat, this.spared.getOrDefault(incarnation, 0L));
				check(node, now - beat, now - watched, lateness);
				if (node.ending() == null && this.random.nextDouble() < this.likelihood) {
					incarnation.beat();
					this.last.put(incarnation, now);
				}
			}
		}
	}

	private static void check(ServiceNode node, long silence, long watchedFor, long lateness) {
		long limit = Objects.requireNonNull(node.settings().watchdog()).toNanos();
		Throwable failure = node.vitals().failure();
		boolean missed = node.ending() == StopReason.FAILURE && failure instanceof TimeoutException
				&& String.valueOf(failure.getMessage()).contains("gave no beat");
		assertThat(missed && silence < limit).as("'%s' failed after %d ns without a beat", node.name(), silence)
			.isFalse();
		assertThat(node.available() && watchedFor - limit > lateness)
			.as("'%s' runs on after %d ns without a beat", node.name(), silence)
			.isFalse();
	}

}
