// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.core.ResolvableType;

/**
 * The hooks whose policy is to fail, so that only those who emit what one of them takes
 * wait for the answer: also those who emit once a hook was subscribed. Safe for use by
 * several threads.
 */
final class RefusingHooks {

	private final Set<Hook> hooks = ConcurrentHashMap.newKeySet();

	/** Of the present hooks: another one whenever these change. */
	private volatile Map<Object, List<Hook>> byType = new ConcurrentHashMap<>();

	void add(Hook hook) {
		this.hooks.add(hook);
		this.byType = new ConcurrentHashMap<>();
	}

	void remove(Hook hook) {
		if (this.hooks.remove(hook)) {
			this.byType = new ConcurrentHashMap<>();
		}
	}

	/**
	 * Whether an event may be refused.
	 * @param source the name of its source
	 * @param typeKey what its type is found by
	 * @return whether a hook takes it whose policy is to fail
	 */
	boolean take(String source, Object typeKey) {
		if (this.hooks.isEmpty()) {
			return false;
		}
		for (Hook hook : this.byType.computeIfAbsent(typeKey, this::ofType)) {
			if (hook.takesFrom(source)) {
				return true;
			}
		}
		return false;
	}

	private List<Hook> ofType(Object typeKey) {
		ResolvableType type = EventType.typeOf(typeKey);
		return this.hooks.stream()
			.filter((hook) -> hook.type.isAssignableFrom(type.toClass()) && hook.takes(type))
			.toList();
	}

}
