// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.graph.EdgeList;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Follows the episodes of one simulated life by what is told of them. What a request in
 * between may change is looked at only where there was none.
 */
final class ToldEpisodes {

	private final Coordinator coordinator;

	private final IntentModel intent;

	private final Map<String, ServiceState> states;

	private final Map<String, Open> open = new HashMap<>();

	private final List<Failed> failed = new ArrayList<>();

	ToldEpisodes(Coordinator coordinator, IntentModel intent, Map<String, ServiceState> states) {
		this.coordinator = coordinator;
		this.intent = intent;
		this.states = states;
	}

	/**
	 * A service has left the states in which it is up.
	 * @param changed how
	 */
	void left(LifecycleEvent.StateChanged changed) {
		String name = changed.service().name();
		this.open.values().forEach((episode) -> episode.left.add(name));
		if (changed.previous() == ServiceState.RUNNING && changed.reason() == StopReason.FAILURE) {
			assertThat(this.open).as("an episode that the failure of '%s' belongs to", name).isNotEmpty();
			this.failed.add(new Failed(name, new HashSet<>(this.open.values())));
		}
	}

	/**
	 * An episode has been opened.
	 * @param opened the episode
	 * @param requests how many requests there were before, at the latest
	 */
	void opened(LifecycleEvent.EpisodeOpened opened, int requests) {
		Open episode = new Open(requests);
		this.states.forEach((name, state) -> {
			if (state == ServiceState.STOPPING) {
				episode.left.add(name);
			}
		});
		String root = opened.service().name();
		assertThat(this.states.get(root)).as("state of the root '%s'", root).isEqualTo(ServiceState.RUNNING);
		assertThat(this.open.put(root, episode)).as("another episode of '%s'", root).isNull();
	}

	/**
	 * An episode has been closed.
	 * @param closed the episode
	 * @param requests how many requests there were since, at most
	 */
	void closed(LifecycleEvent.EpisodeClosed closed, int requests) {
		Open episode = Objects.requireNonNull(this.open.remove(closed.root()), "It was never opened");
		assertThat(closed.affected()).as("%s", closed).startsWith(closed.root()).doesNotHaveDuplicates();
		List<String> down = closed.affected()
			.stream()
			.filter((name) -> this.states.get(name) != ServiceState.RUNNING)
			.toList();
		assertThat(closed.down()).as("down of %s", closed).isSubsetOf(down);
		assertThat(down).as("down of %s, but those that are gone", closed)
			.allMatch((name) -> closed.down().contains(name)
					|| (!name.equals(closed.root()) && this.coordinator.roster().find(name) == null));
		assertThat(episode.left).as("taken down at all: the root").contains(closed.root());
		if (episode.requests == requests) {
			assertThat(episode.left).as("taken down by %s", closed).containsAll(closed.affected());
			assertThat(closed.down()).as("not restarted by %s", closed).allMatch(this::isHopeless);
		}
		for (Iterator<Failed> iterator = this.failed.iterator(); iterator.hasNext();) {
			Failed each = iterator.next();
			if (each.during.remove(episode) && closed.affected().contains(each.service)) {
				iterator.remove();
			}
			else {
				assertThat(each.during).as("an episode that the failure of '%s' belongs to", each.service).isNotEmpty();
			}
		}
	}

	// One that is gone does not come back.
	private boolean isHopeless(String name) {
		ServiceNode node = this.coordinator.roster().find(name);
		return node == null || isHopeless(node);
	}

	private boolean isHopeless(ServiceNode node) {
		if (node.departing() || this.states.get(node.name()) == ServiceState.FAILED || !this.intent.isIntended(node)) {
			return true;
		}
		EdgeList dependencies = this.coordinator.graph().dependencies();
		for (int edge = 0; edge < dependencies.count(node.index()); edge++) {
			if (isHopeless(this.coordinator.node(dependencies.target(node.index(), edge)))) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Checks what holds when all is stopped and told.
	 */
	void checkEnded() {
		assertThat(this.open).as("episodes that were never closed").isEmpty();
		assertThat(this.failed).as("failures that belong to no episode").isEmpty();
	}

	/**
	 * An open episode, and what was seen to go down since.
	 */
	private static final class Open {

		final int requests;

		final Set<String> left = new HashSet<>();

		Open(int requests) {
			this.requests = requests;
		}

	}

	/**
	 * A service that was stopped because it failed, and the episodes that may be why.
	 */
	private static final class Failed {

		final String service;

		final Set<Open> during;

		Failed(String service, Set<Open> during) {
			this.service = service;
			this.during = during;
		}

	}

}
