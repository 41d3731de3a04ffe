// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * Where the events of a type go, by their source, as long as hooks do not change. Written
 * by the coordinator, so that nobody ever waits for another one to write, and read by any
 * thread.
 */
final class Routes {

	/** Before anything is known. */
	static final Routes NONE = new Routes(-1, List.of());

	private final long version;

	private final List<Hook> hooks;

	/** Where they all go, if no hook asks for a source. */
	private final @Nullable Route shared;

	private final Map<String, Route> bySource = new ConcurrentHashMap<>();

	/**
	 * Create the routes of a type.
	 * @param version of the hooks of all services
	 * @param hooks those that take events of the type, in order
	 */
	Routes(long version, List<Hook> hooks) {
		this.version = version;
		this.hooks = hooks;
		this.shared = hooks.stream().allMatch((hook) -> hook.source.isEmpty()) ? Route.to(hooks) : null;
	}

	boolean isOf(long current) {
		return this.version == current;
	}

	/**
	 * Where an event of a source goes. Any thread may ask.
	 * @param source the name of the source
	 * @return the route, or {@code null} if it has not been looked for
	 */
	@Nullable Route known(String source) {
		return (this.shared != null) ? this.shared : this.bySource.get(source);
	}

	/**
	 * Where an event of a source goes. Called by the coordinator.
	 * @param source the name of the source
	 * @return the route
	 */
	Route to(String source) {
		return (this.shared != null) ? this.shared : this.bySource.computeIfAbsent(source,
				(name) -> Route.to(this.hooks.stream().filter((hook) -> hook.takesFrom(name)).toList()));
	}

}
