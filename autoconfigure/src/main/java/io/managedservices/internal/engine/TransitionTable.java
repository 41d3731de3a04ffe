// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

import io.managedservices.state.ServiceState;

/**
 * The legal moves, and the one pure function that picks the next move from the facts of a
 * service. Stateless.
 */
final class TransitionTable {

	private static final Map<ServiceState, Set<ServiceState>> LEGAL = new EnumMap<>(ServiceState.class);

	static {
		allow(ServiceState.NEW, ServiceState.PREPARING);
		allow(ServiceState.PREPARING, ServiceState.STOPPED, ServiceState.FAILED);
		allow(ServiceState.STOPPED, ServiceState.PREPARING, ServiceState.WAITING, ServiceState.STARTING);
		allow(ServiceState.WAITING, ServiceState.STARTING, ServiceState.STOPPED);
		allow(ServiceState.STARTING, ServiceState.RUNNING, ServiceState.STOPPING, ServiceState.BACKOFF,
				ServiceState.WAITING, ServiceState.STOPPED, ServiceState.FAILED);
		allow(ServiceState.BACKOFF, ServiceState.STARTING, ServiceState.WAITING, ServiceState.STOPPED);
		allow(ServiceState.RUNNING, ServiceState.STOPPING);
		allow(ServiceState.STOPPING, ServiceState.STOPPED, ServiceState.WAITING, ServiceState.BACKOFF,
				ServiceState.FAILED);
		allow(ServiceState.FAILED, ServiceState.STOPPED, ServiceState.WAITING, ServiceState.PREPARING);
	}

	private TransitionTable() {
	}

	private static void allow(ServiceState from, ServiceState first, ServiceState... others) {
		LEGAL.put(from, EnumSet.of(first, others));
	}

	static boolean allows(ServiceState from, ServiceState to) {
		return LEGAL.getOrDefault(from, Set.of()).contains(to);
	}

	/**
	 * The state that a service has to move to.
	 * @param node the facts of the service
	 * @param barrierOpen whether services may be started: none is being prepared any more
	 * @return the next state, or the state that it is in
	 */
	static ServiceState next(ServiceNode node, boolean barrierOpen) {
		return switch (node.state) {
			case NEW -> node.wanted ? ServiceState.PREPARING : ServiceState.NEW;
			case PREPARING -> afterPreparing(node);
			case STOPPED, WAITING -> fromRest(node, barrierOpen);
			case STARTING -> afterStarting(node);
			case BACKOFF -> afterBackoff(node, barrierOpen);
			case RUNNING -> (!node.isToRun() && node.counters.dependentsActive[node.index] == 0
					&& node.counters.followersLeaving[node.index] == 0) ? ServiceState.STOPPING : ServiceState.RUNNING;
			case STOPPING -> (node.outcome != CallOutcome.NONE) ? afterStop(node) : ServiceState.STOPPING;
			case FAILED -> afterFailure(node);
		};
	}

	private static ServiceState afterPreparing(ServiceNode node) {
		if (node.outcome == CallOutcome.FAILED && node.wanted) {
			return ServiceState.FAILED;
		}
		boolean cancelled = !node.wanted && node.invocation == null;
		return (node.outcome != CallOutcome.NONE || cancelled) ? ServiceState.STOPPED : ServiceState.PREPARING;
	}

	private static ServiceState fromRest(ServiceNode node, boolean barrierOpen) {
		if (!node.wanted) {
			return ServiceState.STOPPED;
		}
		if (!node.preparedItself && node.state == ServiceState.STOPPED) {
			return ServiceState.PREPARING;
		}
		return canStart(node, barrierOpen) ? ServiceState.STARTING : ServiceState.WAITING;
	}

	private static boolean canStart(ServiceNode node, boolean barrierOpen) {
		return barrierOpen && node.prepared && node.counters.dependenciesNotRunning[node.index] == 0
				&& node.counters.predecessorsUnsettled[node.index] == 0 && node.occupant == null && !node.isWorkLeft();
	}

	private static ServiceState afterStarting(ServiceNode node) {
		if (node.isToRun()) {
			if (node.outcome == CallOutcome.SUCCEEDED) {
				return ServiceState.RUNNING;
			}
			if (node.outcome == CallOutcome.NONE) {
				return ServiceState.STARTING;
			}
		}
		return node.hasToBeStopped() ? ServiceState.STOPPING : afterStop(node);
	}

	private static ServiceState afterBackoff(ServiceNode node, boolean barrierOpen) {
		if (!node.wanted) {
			return ServiceState.STOPPED;
		}
		if (node.counters.dependenciesNotRunning[node.index] > 0) {
			return ServiceState.WAITING;
		}
		return (node.due && canStart(node, barrierOpen)) ? ServiceState.STARTING : ServiceState.BACKOFF;
	}

	private static ServiceState afterFailure(ServiceNode node) {
		if (node.verdict == Verdict.GIVE_UP) {
			return ServiceState.FAILED;
		}
		if (!node.wanted) {
			return ServiceState.STOPPED;
		}
		return node.preparedItself ? ServiceState.WAITING : ServiceState.PREPARING;
	}

	private static ServiceState afterStop(ServiceNode node) {
		if (node.verdict == Verdict.GIVE_UP) {
			return ServiceState.FAILED;
		}
		if (!node.wanted) {
			return ServiceState.STOPPED;
		}
		return (node.verdict == Verdict.RETRY) ? ServiceState.BACKOFF : ServiceState.WAITING;
	}

}
