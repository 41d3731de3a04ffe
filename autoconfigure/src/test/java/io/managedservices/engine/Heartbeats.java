package io.managedservices.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeoutException;

import io.managedservices.ServiceState;
import io.managedservices.StopReason;

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
	 * Those that were about to stop once: when they go on after all, because the stop was
	 * taken back, they are watched anew from somewhere in between.
	 */
	private final Set<Incarnation> spared = new HashSet<>();

	/** How likely each service is to give a beat after a step. */
	private final double likelihood;

	Heartbeats(Random random, Coordinator coordinator) {
		this.random = random;
		this.likelihood = new double[] { 0, 0.1, 0.9 }[random.nextInt(3)];
		for (int index = 0; index < coordinator.graph().size(); index++) {
			ServiceNode node = coordinator.node(index);
			if (node.settings.health().watchdog() != null) {
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
			Incarnation incarnation = node.incarnation;
			if (incarnation != null && node.state == ServiceState.RUNNING) {
				long beat = Math.max(this.last.getOrDefault(incarnation, 0L), node.runningSince);
				if (!node.available) {
					this.spared.add(incarnation);
				}
				check(node, now - beat, lateness + grace(node, incarnation));
				if (node.ending == null && this.random.nextDouble() < this.likelihood) {
					incarnation.beat();
					this.last.put(incarnation, now);
				}
			}
		}
	}

	private long grace(ServiceNode node, Incarnation incarnation) {
		Duration watchdog = node.settings.health().watchdog();
		return (watchdog != null && this.spared.contains(incarnation)) ? watchdog.toNanos() : 0;
	}

	private static void check(ServiceNode node, long silence, long lateness) {
		long limit = Objects.requireNonNull(node.settings.health().watchdog()).toNanos();
		Throwable failure = node.vitals.failure();
		boolean missed = node.ending == StopReason.FAILURE && failure instanceof TimeoutException
				&& String.valueOf(failure.getMessage()).contains("gave no beat");
		assertThat(missed && silence < limit).as("'%s' failed after %d ns without a beat", node.name(), silence)
			.isFalse();
		assertThat(node.available && silence - limit > lateness)
			.as("'%s' runs on after %d ns without a beat", node.name(), silence)
			.isFalse();
	}

}
