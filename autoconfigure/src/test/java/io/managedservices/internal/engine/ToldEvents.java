// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.TransitionTable;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a listener hears of one simulated life: legal moves in order, exposed events in
 * order, episodes, and delays before further attempts.
 */
final class ToldEvents {

	private static final Set<ServiceState> UP = EnumSet.of(ServiceState.STARTING, ServiceState.RUNNING);

	private final IntentModel intent;

	private final Map<String, ServiceState> states = new HashMap<>();

	/** The number of the last exposed event of each service. */
	private final Map<String, Integer> exposed = new HashMap<>();

	private final ToldEpisodes episodes;

	private final ToldDelays delays;

	private int step = -1;

	/** How many requests there were when events were delivered last, and before that. */
	private int requests;

	private int requestsBefore;

	ToldEvents(Coordinator coordinator, IntentModel intent) {
		this.intent = intent;
		this.episodes = new ToldEpisodes(coordinator, intent, this.states);
		this.delays = new ToldDelays(coordinator);
	}

	/**
	 * Listens.
	 * @param event what is told
	 * @param now the number of the step: all that is told in one step happened after what
	 * was told in an earlier one
	 */
	void told(LifecycleEvent event, int now) {
		if (now != this.step) {
			this.step = now;
			this.requestsBefore = this.requests;
			this.requests = this.intent.requests();
		}
		if (event instanceof LifecycleEvent.StateChanged changed) {
			String name = changed.service().name();
			ServiceState to = changed.service().state();
			ServiceState before = this.states.put(name, to);
			assertThat(before).as("events come in order").isIn(null, changed.previous());
			assertThat(TransitionTable.allows(changed.previous(), to)).as("legal: %s", changed).isTrue();
			if (UP.contains(changed.previous()) && !UP.contains(to)) {
				this.episodes.left(changed);
			}
			this.delays.changed(changed, this.requestsBefore, this.requests);
		}
		else if (event instanceof LifecycleEvent.Emitted emitted) {
			int number = ((SimulatedEvent) emitted.event()).number();
			Integer before = this.exposed.put(emitted.source(), number);
			assertThat(number).as("exposed events come in order").isGreaterThan((before != null) ? before : -1);
		}
		else if (event instanceof LifecycleEvent.EpisodeOpened opened) {
			this.episodes.opened(opened, this.requestsBefore);
		}
		else if (event instanceof LifecycleEvent.EpisodeClosed closed) {
			this.episodes.closed(closed, this.requests);
		}
	}

	/**
	 * Checks what holds when all is stopped and told.
	 */
	void checkEnded() {
		this.episodes.checkEnded();
	}

}
