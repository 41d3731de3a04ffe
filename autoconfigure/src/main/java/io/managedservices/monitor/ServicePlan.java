// SPDX-License-Identifier: Apache-2.0
package io.managedservices.monitor;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What an operation would do, as things are now. Immutable.
 *
 * @param stop the names of the services that it would stop, in that order
 * @param start the names of those that it would start, in that order
 * @param unregister the names of those that it would forget, whether they run or not
 * @param startAnyway the names of those among {@code start} that would start without it
 * as well, later perhaps
 * @since 0.1.0
 */
public record ServicePlan(List<String> stop, List<String> start, List<String> unregister, List<String> startAnyway) {

	/**
	 * What an operation would do, of which nothing would happen without it.
	 * @param stop the names of the services that it would stop, in that order
	 * @param start the names of those that it would start, in that order
	 * @param unregister the names of those that it would forget
	 */
	public ServicePlan(List<String> stop, List<String> start, List<String> unregister) {
		this(stop, start, unregister, List.of());
	}

	/**
	 * What an operation would do that forgets no service.
	 * @param stop the names of the services that it would stop, in that order
	 * @param start the names of those that it would start, in that order
	 */
	public ServicePlan(List<String> stop, List<String> start) {
		this(stop, start, List.of());
	}

	/**
	 * The services that would stop and start again.
	 * @return their names, in the order in which they start
	 */
	public List<String> restarting() {
		Set<String> stopped = new HashSet<>(this.stop);
		return this.start.stream().filter(stopped::contains).toList();
	}

	/**
	 * The services that would stop, and would not start again.
	 * @return their names, in that order
	 */
	public List<String> stopping() {
		Set<String> started = new HashSet<>(this.start);
		return this.stop.stream().filter((name) -> !started.contains(name)).toList();
	}

	/**
	 * The services that do not run and would start because of the operation.
	 * @return their names, in that order
	 */
	public List<String> starting() {
		Set<String> others = new HashSet<>(this.stop);
		others.addAll(this.startAnyway);
		return this.start.stream().filter((name) -> !others.contains(name)).toList();
	}

}
