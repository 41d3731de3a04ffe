// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.kernel;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

import io.managedservices.state.ServiceState;

/**
 * The legal moves, and the one pure function that picks the next move from the facts of a
 * service. Stateless.
 */
public final class TransitionTable {

	private static final Map<ServiceState, Set<ServiceState>> LEGAL = new EnumMap<>(ServiceState.class);

	static {
		allow(ServiceState.NEW, ServiceState.PREPARING);
		allow(ServiceState.PREPARING, ServiceState.STOPPED, ServiceState.FAILED);
		allow(ServiceState.STOPPED, ServiceState.PREPARING, ServiceState.WAITING, ServiceState.STANDBY,
				ServiceState.STARTING);
		allow(ServiceState.WAITING, ServiceState.STARTING, ServiceState.STANDBY, ServiceState.STOPPED);
		allow(ServiceState.STANDBY, ServiceState.STARTING, ServiceState.WAITING, ServiceState.STOPPED);
		allow(ServiceState.STARTING, ServiceState.RUNNING, ServiceState.STOPPING, ServiceState.BACKOFF,
				ServiceState.WAITING, ServiceState.STOPPED, ServiceState.FAILED);
		allow(ServiceState.BACKOFF, ServiceState.STARTING, ServiceState.WAITING, ServiceState.STANDBY,
				ServiceState.STOPPED);
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

	public static boolean allows(ServiceState from, ServiceState to) {
		return LEGAL.getOrDefault(from, Set.of()).contains(to);
	}

	/**
	 * The state that a service has to move to.
	 * @param node the facts of the service
	 * @param barrierOpen whether services may be started: none is being prepared any more
	 * @return the next state, or the state that it is in
	 */
	public static ServiceState next(ServiceNode node, boolean barrierOpen) {
		return switch (node.state()) {
			case NEW -> (node.wanted() || node.isPreparedAhead()) ? ServiceState.PREPARING : ServiceState.NEW;
			case PREPARING -> afterPreparing(node);
			case STOPPED, WAITING, STANDBY -> fromRest(node, barrierOpen);
			case STARTING -> afterStarting(node);
			case BACKOFF -> afterBackoff(node, barrierOpen);
			case RUNNING -> (!node.isToRun() && node.counters().dependentsActive[node.index()] == 0
					&& node.counters().followersLeaving[node.index()] == 0) ? ServiceState.STOPPING
							: ServiceState.RUNNING;
			case STOPPING -> (node.outcome() != CallOutcome.NONE) ? afterStop(node) : ServiceState.STOPPING;
			case FAILED -> afterFailure(node);
		};
	}

	private static ServiceState afterPreparing(ServiceNode node) {
		boolean isToGoOn = node.wanted() || node.toPrepare();
		if (node.outcome() == CallOutcome.FAILED && isToGoOn) {
			return ServiceState.FAILED;
		}
		boolean cancelled = !isToGoOn && node.invocation() == null;
		return (node.outcome() != CallOutcome.NONE || cancelled) ? ServiceState.STOPPED : ServiceState.PREPARING;
	}

	private static ServiceState fromRest(ServiceNode node, boolean barrierOpen) {
		if (!node.wanted()) {
			return (node.state() == ServiceState.STOPPED && node.isPreparedAhead()) ? ServiceState.PREPARING
					: ServiceState.STOPPED;
		}
		if (!node.preparedItself() && node.state() == ServiceState.STOPPED) {
			return ServiceState.PREPARING;
		}
		return start(node, barrierOpen, ServiceState.WAITING);
	}

	// As far as it comes on its way to run.
	private static ServiceState start(ServiceNode node, boolean barrierOpen, ServiceState otherwise) {
		if (!canStart(node, barrierOpen)) {
			return otherwise;
		}
		int missing = node.counters().dependenciesNotRunning[node.index()];
		if (missing == 0 && node.permitted()) {
			return ServiceState.STARTING;
		}
		return (missing == node.counters().dependenciesOnStandby[node.index()]) ? ServiceState.STANDBY : otherwise;
	}

	private static boolean canStart(ServiceNode node, boolean barrierOpen) {
		return barrierOpen && node.prepared() && node.counters().predecessorsUnsettled[node.index()] == 0
				&& node.occupant() == null && !node.isWorkLeft() && !node.hasSubServices();
	}

	private static ServiceState afterStarting(ServiceNode node) {
		if (node.isToRun()) {
			if (node.outcome() == CallOutcome.SUCCEEDED) {
				return ServiceState.RUNNING;
			}
			if (node.outcome() == CallOutcome.NONE) {
				return ServiceState.STARTING;
			}
		}
		return node.hasToBeStopped() ? ServiceState.STOPPING : afterStop(node);
	}

	private static ServiceState afterBackoff(ServiceNode node, boolean barrierOpen) {
		if (!node.wanted()) {
			return ServiceState.STOPPED;
		}
		if (node.counters().dependenciesNotRunning[node.index()] > 0) {
			return ServiceState.WAITING;
		}
		return node.due() ? start(node, barrierOpen, ServiceState.BACKOFF) : ServiceState.BACKOFF;
	}

	private static ServiceState afterFailure(ServiceNode node) {
		if (node.verdict() == Verdict.GIVE_UP) {
			return ServiceState.FAILED;
		}
		if (!node.wanted()) {
			return ServiceState.STOPPED;
		}
		return node.preparedItself() ? ServiceState.WAITING : ServiceState.PREPARING;
	}

	private static ServiceState afterStop(ServiceNode node) {
		if (node.verdict() == Verdict.GIVE_UP) {
			return ServiceState.FAILED;
		}
		if (!node.wanted()) {
			return ServiceState.STOPPED;
		}
		return (node.verdict() == Verdict.RETRY) ? ServiceState.BACKOFF : ServiceState.WAITING;
	}

}
