package io.managedservices.work;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The hooks whose policy is to fail, so that only those who emit what one of them takes
 * wait for the answer: also those who emit once a hook was subscribed. Safe for use by
 * several threads.
 */
final class RefusingHooks {

	private final Set<Hook> hooks = ConcurrentHashMap.newKeySet();

	/** Of the present hooks: another one whenever these change. */
	private volatile Map<Class<?>, List<Hook>> byType = new ConcurrentHashMap<>();

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
	 * @param type its class
	 * @return whether a hook takes it whose policy is to fail
	 */
	boolean take(String source, Class<?> type) {
		if (this.hooks.isEmpty()) {
			return false;
		}
		for (Hook hook : this.byType.computeIfAbsent(type, this::ofType)) {
			if (hook.takesFrom(source)) {
				return true;
			}
		}
		return false;
	}

	private List<Hook> ofType(Class<?> type) {
		return this.hooks.stream().filter((hook) -> hook.type.isAssignableFrom(type)).toList();
	}

}
