// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.call;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.ServiceNode;

/**
 * What a service has still to be told of the services that it comes after: of each the
 * last only. Confined to the coordinator, save for {@link Notice}, which is immutable.
 */
final class Notices {

	private final Map<String, Boolean> pending = new LinkedHashMap<>();

	/**
	 * A service that this one comes after runs, or does not.
	 * @param predecessor that service
	 */
	void add(ServiceNode predecessor) {
		this.pending.remove(predecessor.name());
		this.pending.put(predecessor.name(), predecessor.available());
	}

	/**
	 * Takes out the next one.
	 * @return the next, or {@code null} if there is none
	 */
	@Nullable Notice poll() {
		if (this.pending.isEmpty()) {
			return null;
		}
		Map.Entry<String, Boolean> first = this.pending.entrySet().iterator().next();
		Notice notice = new Notice(first.getKey(), first.getValue());
		this.pending.remove(first.getKey());
		return notice;
	}

	void clear() {
		this.pending.clear();
	}

	/**
	 * That a service runs, or does not.
	 *
	 * @param name its name
	 * @param available whether it runs
	 */
	record Notice(String name, boolean available) {

	}

}
