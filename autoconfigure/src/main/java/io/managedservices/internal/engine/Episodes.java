// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.List;

import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.state.ServiceState;

/**
 * Tells where failures at run time begin and end: one that happens inside what another
 * one took down belongs to it. Confined to the coordinator.
 */
final class Episodes {

	private final Turn turn;

	Episodes(Turn turn) {
		this.turn = turn;
	}

	/**
	 * A running service has failed.
	 * @param node the service
	 * @param cause why
	 */
	void failed(ServiceNode node, Throwable cause) {
		if (node.episode == null) {
			join(node, new Episode(node, cause, this.turn.now()));
			this.turn.tell(new LifecycleEvent.EpisodeOpened(node.snapshot, cause));
		}
		else {
			unsettle(node, node.episode);
		}
	}

	/**
	 * A service is taken down because one that it depends on is.
	 * @param dependent the service
	 * @param dependency the one that it depends on
	 */
	void takenDown(ServiceNode dependent, ServiceNode dependency) {
		Episode episode = dependency.episode;
		if (dependent.episode != null) {
			unsettle(dependent, dependent.episode);
		}
		else if (episode != null) {
			join(dependent, episode);
		}
	}

	// It is on its way again: its episode must not close before it is looked at.
	private static void unsettle(ServiceNode node, Episode episode) {
		if (!node.unsettled) {
			node.unsettled = true;
			episode.unsettled++;
		}
	}

	private static void join(ServiceNode node, Episode episode) {
		node.episode = episode;
		episode.affected.add(node);
		unsettle(node, episode);
	}

	/**
	 * Looks whether a service is on its way.
	 * @param node a service that was looked at
	 */
	void update(ServiceNode node) {
		Episode episode = node.episode;
		if (episode == null || node.unsettled != isSettled(node)) {
			return;
		}
		node.unsettled = !node.unsettled;
		episode.unsettled += node.unsettled ? 1 : -1;
		if (episode.unsettled == 0) {
			close(episode);
		}
	}

	private static boolean isSettled(ServiceNode node) {
		return node.available || (!node.isActive() && (node.blocked || !node.wanted));
	}

	private void close(Episode episode) {
		for (ServiceNode node : episode.affected) {
			node.episode = null;
		}
		this.turn.tell(new LifecycleEvent.EpisodeClosed(episode.root.name(), episode.cause,
				Duration.ofNanos(this.turn.now() - episode.since), names(episode.affected),
				names(episode.affected.stream().filter((node) -> node.state != ServiceState.RUNNING).toList())));
	}

	private static List<String> names(List<ServiceNode> nodes) {
		return nodes.stream().map(ServiceNode::name).toList();
	}

}
