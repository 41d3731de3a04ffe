// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.endpoint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.managedservices.lease.LeaseSnapshot;
import io.managedservices.monitor.ServiceSnapshot;

/**
 * Numbers what changes about services, as somebody who asks sees it. Nothing is kept of a
 * service but what it was last, and of those that are gone the last {@value #MAX_GONE}.
 * Safe for use by several threads.
 */
final class ServiceRevisions {

	/** How many services that are gone are remembered. */
	static final int MAX_GONE = 1000;

	/** Tells numbers of other runs of the application apart. */
	private final String run = UUID.randomUUID().toString().substring(0, 8);

	private final Map<String, Seen> seen = new HashMap<>();

	private final LinkedHashMap<String, Long> gone = new LinkedHashMap<>();

	private final Whole leases = new Whole(List.of());

	private final Whole children = new Whole(Map.of());

	/** Since then all that are gone are known. */
	private long complete;

	private long current = 1;

	/**
	 * Looks at the services.
	 * @param sight how they are now
	 * @param since the revision that somebody knows, or {@code null}
	 * @param view tells apart what is shown to different people
	 * @return what has changed since then
	 */
	synchronized Changes look(Sight sight, @Nullable String since, String view) {
		long next = this.current + 1;
		boolean changed = false;
		Set<String> names = new HashSet<>();
		for (ServiceSnapshot service : sight.services()) {
			names.add(service.name());
			Seen now = new Seen(service, names(sight.blockers().getOrDefault(service.name(), List.of())), next);
			Seen before = this.seen.get(service.name());
			if (before == null || !before.isSame(now)) {
				this.seen.put(service.name(), now);
				this.gone.remove(service.name());
				changed = true;
			}
		}
		changed |= forget(names, next);
		changed |= this.leases.look(sight.leases(), next);
		changed |= this.children.look(sight.children(), next);
		if (changed) {
			this.current = next;
		}
		return changes(sight, since, view);
	}

	private static List<String> names(List<ServiceSnapshot> blockers) {
		return blockers.stream().map(ServiceSnapshot::name).toList();
	}

	private boolean forget(Set<String> names, long next) {
		if (names.size() == this.seen.size()) {
			return false;
		}
		List<String> missing = this.seen.keySet().stream().filter((name) -> !names.contains(name)).toList();
		for (String name : missing) {
			this.seen.remove(name);
			this.gone.put(name, next);
		}
		while (this.gone.size() > MAX_GONE) {
			String oldest = this.gone.keySet().iterator().next();
			Long forgotten = this.gone.remove(oldest);
			this.complete = Math.max(this.complete, (forgotten != null) ? forgotten : 0);
		}
		return !missing.isEmpty();
	}

	private Changes changes(Sight sight, @Nullable String since, String view) {
		String revision = this.run + "." + this.current + view;
		long known = known(since, view);
		if (known < this.complete || known > this.current) {
			return new Changes(revision, null, Set.copyOf(this.seen.keySet()), List.of(), !sight.leases().isEmpty(),
					!sight.children().isEmpty());
		}
		Set<String> changed = new HashSet<>();
		this.seen.forEach((name, service) -> {
			if (service.revision > known) {
				changed.add(name);
			}
		});
		List<String> left = new ArrayList<>();
		this.gone.forEach((name, at) -> {
			if (at > known) {
				left.add(name);
			}
		});
		return new Changes(revision, since, changed, left, this.leases.revision > known,
				this.children.revision > known);
	}

	private long known(@Nullable String since, String view) {
		String prefix = this.run + ".";
		if (since == null || !since.startsWith(prefix) || !since.endsWith(view)
				|| since.length() <= prefix.length() + view.length()) {
			return -1;
		}
		try {
			return Long.parseLong(since.substring(prefix.length(), since.length() - view.length()));
		}
		catch (NumberFormatException ex) {
			return -1;
		}
	}

	/**
	 * What has changed.
	 *
	 * @param revision what is known from now on
	 * @param since since when, or {@code null} if everything counts as changed
	 * @param changed the names of services that are new or look different
	 * @param gone the names of those that are not there any more
	 * @param leases whether any lease is new, looks different or is gone
	 * @param children whether any service of a child context is
	 */
	record Changes(String revision, @Nullable String since, Set<String> changed, List<String> gone, boolean leases,
			boolean children) {

	}

	/**
	 * All that somebody sees.
	 *
	 * @param services all services
	 * @param blockers what they wait for
	 * @param leases all leases, without what changes all the time
	 * @param children the services of child contexts
	 */
	record Sight(List<ServiceSnapshot> services, Map<String, List<ServiceSnapshot>> blockers,
			List<LeaseSnapshot> leases, Map<String, List<ServiceSnapshot>> children) {

	}

	/**
	 * What is shown as a whole when any of it has changed.
	 */
	private static final class Whole {

		private Object last;

		private long revision;

		Whole(Object nothing) {
			this.last = nothing;
		}

		boolean look(Object now, long next) {
			boolean changed = !now.equals(this.last);
			if (changed) {
				this.last = now;
				this.revision = next;
			}
			return changed;
		}

	}

	/**
	 * A service as it was seen last.
	 *
	 * @param service the service
	 * @param blockers the names of those that it waited for
	 * @param revision when it was new
	 */
	private record Seen(ServiceSnapshot service, List<String> blockers, long revision) {

		boolean isSame(Seen other) {
			return this.service.equals(other.service) && this.blockers.equals(other.blockers);
		}

	}

}
