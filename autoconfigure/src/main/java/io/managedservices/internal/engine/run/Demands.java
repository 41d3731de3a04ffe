// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.run;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Facts;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.time.Nanos;
import io.managedservices.internal.time.Timer;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * Who asks for services that run on demand, apart from other services: each counts as
 * needed while a demand is open, and for its idle timeout afterwards. One that has failed
 * or is not up is not kept waiting, so that the next demand tries it afresh. Confined to
 * the coordinator.
 */
public final class Demands {

	private final Coordinator coordinator;

	private final RunControl run;

	private final Facts<Demanded> facts;

	/**
	 * Create demands, of which there are none.
	 * @param coordinator the coordinator
	 * @param run starts and stops all services
	 */
	public Demands(Coordinator coordinator, RunControl run) {
		this.coordinator = coordinator;
		this.run = run;
		this.facts = coordinator.facts();
	}

	/**
	 * Somebody needs a service.
	 * @param node the service
	 */
	public void open(ServiceNode node) {
		Demanded demanded = this.facts.of(node, Demanded::new);
		demanded.open++;
		set(demanded, TimerQueue.NEVER);
		if (!node.demanded()) {
			node.demanded(true);
			this.run.intentions().changed(node);
		}
	}

	/**
	 * Somebody needs a service no longer.
	 * @param node the service
	 */
	public void close(ServiceNode node) {
		Demanded demanded = this.facts.of(node);
		if (demanded == null || --demanded.open > 0) {
			return;
		}
		long idle = Nanos.of(node.settings().idleTimeout());
		if (idle == 0 || !this.run.isUp() || node.state() == ServiceState.FAILED) {
			end(node);
		}
		else {
			set(demanded, Nanos.later(this.coordinator.now(), idle));
		}
	}

	/**
	 * How many demands for a service are open.
	 * @param node the service
	 * @return how many
	 */
	public int count(ServiceNode node) {
		Demanded demanded = this.facts.of(node);
		return (demanded != null) ? demanded.open : 0;
	}

	/**
	 * Whether a service is only kept until its idle timeout has passed.
	 * @param node the service
	 * @return whether it is
	 */
	public boolean isIdle(ServiceNode node) {
		Demanded demanded = this.facts.of(node);
		return demanded != null && demanded.open == 0 && demanded.idle != null
				&& demanded.idle.due() != TimerQueue.NEVER;
	}

	private void set(Demanded demanded, long at) {
		Timer timer = demanded.idle;
		if (timer != null || at != TimerQueue.NEVER) {
			this.coordinator.timers().set(demanded.timer(this), at);
		}
	}

	private void end(ServiceNode node) {
		node.demanded(false);
		if (node.isOnDemand() && !node.held() && this.run.isUp()) {
			node.unwantedReason(StopReason.NOT_NEEDED);
		}
		this.run.intentions().changed(node);
	}

	/**
	 * The demands for one service.
	 */
	private static final class Demanded {

		private final ServiceNode node;

		private int open;

		private @Nullable Timer idle;

		Demanded(ServiceNode node) {
			this.node = node;
		}

		Timer timer(Demands demands) {
			Timer known = this.idle;
			if (known == null) {
				known = Timer.of(() -> demands.end(this.node));
				this.idle = known;
			}
			return known;
		}

	}

}
