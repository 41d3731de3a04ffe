// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.endpoint;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.managedservices.actuate.work.Millis;
import io.managedservices.internal.sanitize.TextSanitizer;
import io.managedservices.lease.LeaseSnapshot;

/**
 * A lease as the endpoint shows it. Immutable.
 *
 * @param services the services that run by it
 * @param held whether this instance holds it
 * @param holder who else does; left out if this instance or nobody does, or the store
 * does not tell
 * @param holderSince since when that one or this instance does; left out if nobody does,
 * or if the store does not tell
 * @param heldOffUntil until when this instance does not try to get it; left out if it
 * does
 * @param acquired how often this instance got it
 * @param lost how often it lost it, or could not renew it in time
 * @param renewals how often the store has renewed it
 * @param failures how many requests to the store have failed
 * @param lastRenewal how long the last renewal took; left out before the first
 * @param lastRenewalMillis the same in milliseconds
 * @since 0.1.0
 */
public record LeaseDescriptor(List<String> services, boolean held, @Nullable String holder,
		@Nullable Instant holderSince, @Nullable Instant heldOffUntil, long acquired, long lost, long renewals,
		long failures, @Nullable Duration lastRenewal, @Nullable Long lastRenewalMillis) {

	static @Nullable Map<String, LeaseDescriptor> of(List<LeaseSnapshot> leases, Instant now, TextSanitizer sanitizer) {
		if (leases.isEmpty()) {
			return null;
		}
		Map<String, LeaseDescriptor> descriptors = new TreeMap<>();
		leases.forEach((lease) -> descriptors.put(lease.name(), of(lease, now, sanitizer)));
		return descriptors;
	}

	private static LeaseDescriptor of(LeaseSnapshot lease, Instant now, TextSanitizer sanitizer) {
		LeaseSnapshot.Counts counts = lease.counts();
		return new LeaseDescriptor(lease.services(), lease.held(), holder(lease, sanitizer), lease.holder().since(),
				heldOffUntil(lease, now), counts.acquired(), counts.lost(), counts.renewals(), counts.failures(),
				counts.lastRenewal(), Millis.of(counts.lastRenewal()));
	}

	static @Nullable String holder(LeaseSnapshot lease, TextSanitizer sanitizer) {
		String holder = lease.holder().name();
		return (holder != null) ? sanitizer.text(lease.name(), "lease", holder) : null;
	}

	private static @Nullable Instant heldOffUntil(LeaseSnapshot lease, Instant now) {
		Instant until = lease.heldOffUntil();
		return (until != null && until.isAfter(now)) ? until : null;
	}

	/**
	 * What is seen of leases in short: not what is counted, which changes all the time.
	 * @param leases the leases
	 * @param now the time
	 * @return the same without counts
	 */
	static List<LeaseSnapshot> seen(List<LeaseSnapshot> leases, Instant now) {
		return leases.stream()
			.map((lease) -> new LeaseSnapshot(lease.name(), lease.services(), lease.held(), lease.holder(),
					heldOffUntil(lease, now), LeaseSnapshot.Counts.NONE))
			.toList();
	}

}
