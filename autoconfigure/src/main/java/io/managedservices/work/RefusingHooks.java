package io.managedservices.work;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The hooks whose policy is to fail, so that only those who emit what one of them takes
 * wait for the answer. All are declared before the first event. Safe for use by several
 * threads.
 */
final class RefusingHooks {

	private final List<Hook> hooks = new CopyOnWriteArrayList<>();

	private final Map<Class<?>, List<Hook>> byType = new ConcurrentHashMap<>();

	void add(Hook hook) {
		this.hooks.add(hook);
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
