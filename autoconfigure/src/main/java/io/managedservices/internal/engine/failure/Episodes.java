// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.failure;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.Aspect;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Facts;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.kernel.Turn;
import io.managedservices.internal.graph.EdgeList;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.state.ServiceState;

/**
 * Tells where failures at run time begin and end: one that happens inside what another
 * one took down belongs to it. Confined to the coordinator.
 */
public final class Episodes implements Aspect.AvailabilityChanged, Aspect.Evaluated, Aspect.ComeAndGo {

	private final Turn turn;

	/** Those that are open, by the services that they have taken down. */
	private final Facts<Episode> episodes;

	private final Coordinator coordinator;

	public Episodes(Coordinator coordinator) {
		this.turn = coordinator.turn();
		this.episodes = coordinator.facts();
		this.coordinator = coordinator;
	}

	/**
	 * The episode that a service belongs to.
	 * @param node the service
	 * @return the episode, or {@code null} if it is not down because of a failure
	 */
	public @Nullable Episode of(ServiceNode node) {
		return this.episodes.of(node);
	}

	/**
	 * A running service has failed.
	 * @param node the service
	 * @param cause why
	 */
	void failed(ServiceNode node, Throwable cause) {
		Episode episode = this.episodes.of(node);
		if (episode == null) {
			join(node, new Episode(node, cause, this.turn.now()));
			this.turn.tell(new LifecycleEvent.EpisodeOpened(node.snapshot(), cause));
		}
		else {
			unsettle(node, episode);
		}
	}

	@Override
	public void availabilityChanged(ServiceNode node) {
		Episode episode = this.episodes.of(node);
		if (episode != null && !node.available()) {
			EdgeList dependents = this.coordinator.graph().dependents();
			int count = dependents.count(node.index());
			for (int edge = 0; edge < count; edge++) {
				ServiceNode dependent = this.coordinator.node(dependents.target(node.index(), edge));
				if (dependent.isActive()) {
					takenDown(dependent, episode);
				}
			}
		}
	}

	private void takenDown(ServiceNode dependent, Episode episode) {
		Episode own = this.episodes.of(dependent);
		if (own != null) {
			unsettle(dependent, own);
		}
		else {
			join(dependent, episode);
		}
	}

	// It is on its way again: its episode must not close before it is looked at.
	private static void unsettle(ServiceNode node, Episode episode) {
		episode.unsettled.add(node);
	}

	private void join(ServiceNode node, Episode episode) {
		this.episodes.put(node, episode);
		episode.affected.add(node);
		unsettle(node, episode);
	}

	@Override
	public void evaluated(ServiceNode node) {
		Episode episode = this.episodes.of(node);
		if (episode == null) {
			return;
		}
		if (!isSettled(node)) {
			unsettle(node, episode);
		}
		else if (episode.unsettled.remove(node) && episode.unsettled.isEmpty()) {
			close(episode);
		}
	}

	@Override
	public void removed(ServiceNode node) {
		Episode episode = this.episodes.remove(node);
		if (episode == null) {
			return;
		}
		episode.gone.add(node);
		if (episode.unsettled.remove(node) && episode.unsettled.isEmpty()) {
			close(episode);
		}
	}

	private static boolean isSettled(ServiceNode node) {
		if (node.state() == ServiceState.STANDBY) {
			// Another instance runs it.
			return !node.undecided();
		}
		return node.available() || (!node.isActive() && (node.blocked() || !node.wanted()));
	}

	private void close(Episode episode) {
		episode.affected.forEach(this.episodes::remove);
		this.turn.tell(new LifecycleEvent.EpisodeClosed(episode.root.name(), episode.cause,
				Duration.ofNanos(this.turn.now() - episode.since), names(episode.affected),
				names(episode.affected.stream().filter((node) -> isDown(node, episode)).toList())));
	}

	// One that was forgotten meanwhile neither recovers nor fails to, nor does one that
	// another instance runs.
	private static boolean isDown(ServiceNode node, Episode episode) {
		return node.state() != ServiceState.RUNNING && node.state() != ServiceState.STANDBY
				&& (node == episode.root || !episode.gone.contains(node));
	}

	private static List<String> names(List<ServiceNode> nodes) {
		return nodes.stream().map(ServiceNode::name).toList();
	}

}
