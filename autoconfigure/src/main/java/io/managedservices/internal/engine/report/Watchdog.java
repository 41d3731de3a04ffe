// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.report;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

import io.managedservices.internal.engine.failure.Failures;
import io.managedservices.internal.engine.kernel.Aspect;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Facts;
import io.managedservices.internal.engine.kernel.Incarnation;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.kernel.Turn;
import io.managedservices.internal.text.SettingKey;
import io.managedservices.internal.time.Timer;
import io.managedservices.state.ServiceState;

/**
 * Fails running services that give no beat for too long. Confined to the coordinator.
 */
public final class Watchdog implements Aspect.Entered {

	private final Turn turn;

	private final Failures failures;

	/** When to look next, for each running service that is watched. */
	private final Facts<Timer> looks;

	/**
	 * Create a watchdog.
	 * @param coordinator the coordinator
	 * @param failures is told of services that give no beat
	 */
	public Watchdog(Coordinator coordinator, Failures failures) {
		this.turn = coordinator.turn();
		this.looks = coordinator.facts();
		this.failures = failures;
	}

	@Override
	public void entered(ServiceNode node, ServiceState from) {
		if (node.state() != ServiceState.RUNNING && from != ServiceState.RUNNING) {
			return;
		}
		Duration watchdog = node.settings().watchdog();
		if (watchdog != null && node.state() == ServiceState.RUNNING) {
			Timer look = Timer.of(() -> look(node, watchdog));
			this.looks.put(node, look);
			this.turn.timers().set(look, this.turn.now() + watchdog.toNanos());
		}
		else if (watchdog != null) {
			Timer look = this.looks.remove(node);
			if (look != null) {
				this.turn.timers().remove(look);
			}
		}
	}

	private void look(ServiceNode node, Duration watchdog) {
		Timer look = this.looks.of(node);
		Incarnation incarnation = node.incarnation();
		if (look == null || incarnation == null) {
			return;
		}
		long next = Math.max(incarnation.lastBeat(), node.runningSince()) + watchdog.toNanos();
		if (!node.isToRun()) {
			// It may be told to go on before it has been stopped.
			this.turn.timers().set(look, this.turn.now() + watchdog.toNanos());
		}
		else if (next > this.turn.now()) {
			this.turn.timers().set(look, next);
		}
		else {
			this.failures.failed(node, incarnation, new TimeoutException("Service '%s' gave no beat for %s: %s"
				.formatted(node.name(), watchdog, SettingKey.ofService(node.name(), "watchdog"))));
			this.turn.lookAt(node);
		}
	}

}
