// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A life of a cluster of two to five instances, which run one service by one lease: each
 * with a clock of its own, on one store, over a network that delays and loses requests.
 * Instances are frozen and killed, the store goes away, operators move the lease. All of
 * it depends on the seed alone. For use by one thread.
 */
final class LeaseCluster {

	static final Duration LEASE = Duration.ofSeconds(30);

	/** As long as the stop of the service may take. */
	static final long LONGEST_ACT = Duration.ofMillis(200).toNanos();

	private static final long SECOND = 1_000_000_000L;

	/** Someone runs the service so long after the last disturbance. */
	private static final long RECOVERY = 3 * LEASE.toNanos();

	final Random random;

	final Fault fault;

	private final PriorityQueue<Event> events = new PriorityQueue<>(
			Comparator.comparingLong(Event::at).thenComparingLong(Event::number));

	private long number;

	long now = 100 * SECOND;

	/** The store cannot be asked. */
	boolean away;

	/** Nothing is delayed or lost any more. */
	boolean calm;

	final LeaseRow row = new LeaseRow();

	private final List<LeaseInstance> instances = new ArrayList<>();

	private @Nullable Act last;

	private @Nullable String violation;

	private long acts;

	private long changes;

	LeaseCluster(long seed, Fault fault) {
		this.random = new Random(seed);
		this.fault = fault;
	}

	/**
	 * Lives.
	 * @return how many acts there were
	 */
	long run() {
		for (int count = 2 + this.random.nextInt(4); count > 0; count--) {
			this.instances.add(new LeaseInstance(this, this.instances.size()));
		}
		this.instances.forEach((instance) -> after(upTo(SECOND), instance::start));
		long end = this.now + upTo(10 * LEASE.toNanos());
		after(upTo(10 * SECOND), () -> disturb(end));
		runUntil(end);
		this.away = false;
		this.calm = true;
		this.instances.forEach(LeaseInstance::thaw);
		// What was sent before may still be under way.
		runUntil(this.now + RECOVERY);
		long before = this.acts;
		runUntil(this.now + 2 * LEASE.toNanos());
		assertThat(this.acts).as("acts after the last disturbance").isGreaterThan(before);
		long instancesThatAct = this.instances.stream().filter(LeaseInstance::isRunning).count();
		assertThat(instancesThatAct).as("instances that run the service").isEqualTo(1);
		this.instances.forEach(LeaseInstance::stop);
		runUntil(this.now + 2 * LEASE.toNanos());
		return this.acts;
	}

	private void runUntil(long end) {
		while (!this.events.isEmpty() && this.events.peek().at() <= end) {
			Event event = this.events.poll();
			this.now = Math.max(this.now, event.at());
			event.action().run();
			assertThat(this.violation).isNull();
		}
		this.now = end;
	}

	private void disturb(long end) {
		if (this.now >= end) {
			return;
		}
		LeaseInstance instance = this.instances.get(this.random.nextInt(this.instances.size()));
		switch (this.random.nextInt(8)) {
			case 0 -> {
				this.away = true;
				after(upTo(2 * LEASE.toNanos()), () -> this.away = false);
			}
			case 1, 2 -> instance.freeze(upTo(2 * LEASE.toNanos()));
			case 3 -> {
				instance.kill();
				LeaseInstance next = new LeaseInstance(this, this.instances.size() + (int) this.changes++);
				this.instances.set(this.instances.indexOf(instance), next);
				after(upTo(10 * SECOND), next::start);
			}
			case 4 -> instance.release();
			case 5 -> instance.fail();
			case 6 -> instance.breakFor(upTo(LEASE.toNanos()));
			default -> instance.cut(upTo(2 * LEASE.toNanos()));
		}
		after(upTo(20 * SECOND), () -> disturb(end));
	}

	/**
	 * Somebody acts by the lease.
	 * @param instance who
	 */
	void act(LeaseInstance instance) {
		Act act = new Act(instance, this.now, this.now + upTo(LONGEST_ACT));
		this.acts++;
		Act before = this.last;
		if (before != null && before.instance() != instance && act.from() < before.until() && this.violation == null) {
			// What is thrown in here is a failure of the service, and not of the test.
			this.violation = "instance %s acts while instance %s does, at %d".formatted(instance, before.instance(),
					this.now);
		}
		if (before == null || before.instance() != instance || act.until() > before.until()) {
			this.last = act;
		}
	}

	/**
	 * The service of an instance is stopped: that waits for what acts.
	 * @param instance whose
	 */
	void stopped(LeaseInstance instance) {
		Act act = this.last;
		if (act != null && act.instance() == instance && act.until() > this.now) {
			this.last = new Act(instance, act.from(), this.now);
		}
	}

	void after(long delay, Runnable action) {
		this.events.add(new Event(this.now + delay, this.number++, action));
	}

	long upTo(long most) {
		return (long) (this.random.nextDouble() * most);
	}

	/**
	 * A mistake that is planted.
	 */
	enum Fault {

		NONE,

		/** Clocks may not run apart at all. */
		NO_MARGIN,

		/** It counts from when the store has answered. */
		FROM_THE_ANSWER,

		/** The clock stands still while the process does. */
		PROCESS_TIME

	}

	private record Event(long at, long number, Runnable action) {

	}

	private record Act(LeaseInstance instance, long from, long until) {

	}

	/**
	 * The lease as the store keeps it.
	 */
	static final class LeaseRow {

		private @Nullable LeaseInstance by;

		private long until;

		private long fence;

		boolean isFree(long now) {
			return now >= this.until;
		}

		@Nullable LeaseInstance by() {
			return this.by;
		}

		long take(LeaseInstance instance, long now) {
			this.by = instance;
			this.until = now + LEASE.toNanos();
			return ++this.fence;
		}

		boolean extend(LeaseInstance instance, long heldFence, long now, long duration) {
			boolean held = this.by == instance && this.fence == heldFence && !isFree(now);
			if (held) {
				this.until = now + duration;
			}
			return held;
		}

	}

}
