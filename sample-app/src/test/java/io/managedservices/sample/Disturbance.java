// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Something that happens to one of several instances. Immutable.
 *
 * @param kind what
 * @param instance the index of the instance
 * @param at when it begins, from the begin of the campaign on
 * @param length how long it lasts, or what is left to a new process before something else
 * happens to it
 */
record Disturbance(Kind kind, int instance, Duration at, Duration length) {

	/**
	 * Attempts to disturb within a campaign; where too few are undisturbed, it is none.
	 */
	private static final int ATTEMPTS = 12;

	private static final Duration NEW_PROCESS = Duration.ofSeconds(8);

	Duration end() {
		return (this.kind == Kind.KILL) ? this.at : this.at.plus(this.length);
	}

	/**
	 * Makes a plan in which all kinds come in turn, and one instance at least is left
	 * alone at any time.
	 * @param random decides
	 * @param instances how many there are
	 * @param duration within which they begin
	 * @param heartbeat four of which an instance may miss
	 * @return what happens, in the order of the times
	 */
	static List<Disturbance> plan(Random random, int instances, Duration duration, Duration heartbeat) {
		List<Disturbance> plan = new ArrayList<>();
		List<Kind> kinds = new ArrayList<>();
		Duration[] freeAt = new Duration[instances];
		Arrays.fill(freeAt, Duration.ZERO);
		Duration step = duration.dividedBy(ATTEMPTS);
		for (Duration at = times(step, random.nextDouble()); at.compareTo(duration) < 0; at = at
			.plus(times(step, 0.5 + random.nextDouble()))) {
			Duration now = at;
			int[] free = IntStream.range(0, instances).filter((index) -> freeAt[index].compareTo(now) <= 0).toArray();
			if (free.length > 1) {
				if (kinds.isEmpty()) {
					kinds.addAll(List.of(Kind.values()));
					Collections.shuffle(kinds, random);
				}
				Disturbance next = kinds.remove(0).at(now, free[random.nextInt(free.length)], random, heartbeat);
				freeAt[next.instance] = now.plus(next.length);
				plan.add(next);
			}
		}
		return plan;
	}

	private static Duration times(Duration duration, double factor) {
		return Duration.ofMillis((long) (duration.toMillis() * factor));
	}

	/**
	 * What happens.
	 */
	enum Kind {

		/** The process dies by {@code kill -9}, and a new one is started. */
		KILL(0, 0),

		/** The process is stopped, and goes on before the others miss it. */
		STOP(0.2, 2),

		/**
		 * The process is stopped until the others have taken over what it had in hand.
		 */
		LONG_STOP(4.3, 5.5),

		/** Its connections to the database are held up, for less or more than that. */
		STALL(0.5, 6);

		private final double least;

		private final double most;

		Kind(double leastHeartbeats, double mostHeartbeats) {
			this.least = leastHeartbeats;
			this.most = mostHeartbeats;
		}

		private Disturbance at(Duration at, int instance, Random random, Duration heartbeat) {
			Duration length = (this == KILL) ? NEW_PROCESS
					: times(heartbeat, this.least + random.nextDouble() * (this.most - this.least));
			return new Disturbance(this, instance, at, length);
		}

	}

}
