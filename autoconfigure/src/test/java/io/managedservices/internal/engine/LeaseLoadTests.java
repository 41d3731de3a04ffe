// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.managedservices.internal.engine.lease.LeaseSettings;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.lease.LeaseStore;
import io.managedservices.internal.lease.LeaseTimes;
import io.managedservices.internal.lease.MemoryLeaseStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What many instances with many leases ask of one store, in simulated time.
 * {@code -Dlease.load.instances=1000 -Dlease.load.leases=100} simulates others.
 */
class LeaseLoadTests {

	private static final int INSTANCES = Integer.getInteger("lease.load.instances", 20);

	private static final int LEASES = Integer.getInteger("lease.load.leases", 10);

	private static final Duration POLL = Duration.ofMillis(500);

	private static final LeaseTimes TIMES = LeaseTimes.DEFAULTS;

	private static final Duration STEP = Duration.ofMillis(50);

	private static final int SECONDS = 20;

	private final List<SteppedEngine> instances = new ArrayList<>();

	private int looks;

	private int acquired;

	private int extended;

	@Test
	void instancesAskForAllLeasesThatTheyLackTogether() {
		MemoryLeaseStore common = new MemoryLeaseStore(() -> first().backend.monotonicTime(),
				() -> first().backend.instant());
		for (int instance = 0; instance < INSTANCES; instance++) {
			this.instances.add(instance(common));
		}
		this.instances.forEach((instance) -> instance.engine.start());
		pass(Duration.ofSeconds(5));
		this.looks = 0;
		this.acquired = 0;
		this.extended = 0;
		pass(Duration.ofSeconds(SECONDS));
		System.out.printf("%d instances, %d leases: %d queries, %d extends and %d attempts to get one a second%n",
				INSTANCES, LEASES, this.looks / SECONDS, this.extended / SECONDS, this.acquired / SECONDS);
		assertThat(this.acquired).as("attempts to get what is taken").isZero();
		// The wait varies by a quarter, and is half a second in the mean.
		assertThat(this.looks).isBetween(INSTANCES * SECONDS, 3 * INSTANCES * SECONDS);
		assertThat(this.extended).isBetween(LEASES, LEASES * (SECONDS + 10) / (int) TIMES.renew().toSeconds());
		long held = this.instances.stream()
			.flatMap((instance) -> instance.engine.leases().stream())
			.filter((lease) -> lease.held())
			.count();
		assertThat(held).isEqualTo(LEASES);
	}

	private SteppedEngine first() {
		return this.instances.get(0);
	}

	private SteppedEngine instance(MemoryLeaseStore common) {
		SteppedEngine instance = new SteppedEngine(this.instances.size(), EngineSettings.DEFAULTS,
				IntStream.range(0, LEASES)
					.mapToObj((lease) -> TestService.named("s" + lease).lease("lease" + lease).build())
					.toList());
		String name = "instance " + this.instances.size();
		instance.engine.keepLeases(() -> new Counted(common, name), new LeaseSettings(TIMES, Map.of(), POLL, false));
		return instance;
	}

	private void pass(Duration duration) {
		Instant end = first().now().plus(duration);
		while (first().now().isBefore(end)) {
			this.instances.forEach((instance) -> instance.pass(STEP));
		}
	}

	/**
	 * The store that all have in common, as one instance asks it.
	 */
	private final class Counted implements LeaseStore {

		private final MemoryLeaseStore common;

		private final String instance;

		Counted(MemoryLeaseStore common, String instance) {
			this.common = common;
			this.instance = instance;
		}

		@Override
		public Map<String, Holder> look(Collection<String> names) {
			LeaseLoadTests.this.looks++;
			return this.common.look(names);
		}

		@Override
		public @Nullable StoredLease acquire(String name, Duration duration) {
			LeaseLoadTests.this.acquired++;
			StoredLease acquired = this.common.acquire(name, this.instance, duration);
			return (acquired != null) ? new Extended(acquired) : null;
		}

	}

	/**
	 * A lease whose renewals are counted.
	 */
	private final class Extended implements LeaseStore.StoredLease {

		private LeaseStore.StoredLease lease;

		Extended(LeaseStore.StoredLease lease) {
			this.lease = lease;
		}

		@Override
		public LeaseStore.@Nullable StoredLease extend(Duration duration) throws Exception {
			LeaseLoadTests.this.extended++;
			LeaseStore.StoredLease next = this.lease.extend(duration);
			if (next != null) {
				this.lease = next;
			}
			return (next != null) ? this : null;
		}

		@Override
		public void release() throws Exception {
			this.lease.release();
		}

		@Override
		public @Nullable Long fence() {
			return this.lease.fence();
		}

	}

}
