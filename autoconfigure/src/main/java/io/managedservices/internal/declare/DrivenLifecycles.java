// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.declare;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.springframework.context.Lifecycle;

/**
 * The objects that are started and stopped as services, and that Spring would start and
 * stop as well, by identity. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class DrivenLifecycles {

	/** The names of their services. */
	private final Map<Object, String> all = Collections.synchronizedMap(new IdentityHashMap<>());

	/** What was supplied last, by the names of services. */
	private final Map<String, Lifecycle> supplied = new ConcurrentHashMap<>();

	/**
	 * A service is an object.
	 * @param service the name of the service
	 * @param lifecycle the object
	 */
	public void add(String service, Object lifecycle) {
		this.all.put(lifecycle, service);
	}

	public void remove(Object lifecycle) {
		this.all.remove(lifecycle);
	}

	/**
	 * A service is what a supplier has returned, in place of what that returned before.
	 * @param service the name of the service
	 * @param lifecycle what was returned
	 * @throws UnsupportedOperationException if it is another service already
	 */
	public void supplied(String service, Lifecycle lifecycle) {
		String owner = this.all.putIfAbsent(lifecycle, service);
		if (owner != null && !owner.equals(service)) {
			throw new UnsupportedOperationException(
					"Services '%s' and '%s' are one object, which would be started twice: the supplier of '%s' returned a %s that is '%s' already. Let it return an object of its own."
						.formatted(owner, service, service, lifecycle.getClass().getName(), owner));
		}
		Lifecycle last = this.supplied.put(service, lifecycle);
		if (last != null && last != lifecycle) {
			this.all.remove(last);
		}
	}

	/**
	 * A service was unregistered: what was supplied for it is nobody's any more.
	 * @param service the name of the service
	 */
	public void forget(String service) {
		Lifecycle last = this.supplied.remove(service);
		if (last != null) {
			this.all.remove(last);
		}
	}

	/**
	 * Whether an object is started and stopped as a service.
	 * @param lifecycle the object, or {@code null}
	 * @return {@code false} for what a supplier has not supplied yet
	 */
	public boolean contains(@Nullable Object lifecycle) {
		return this.all.containsKey(lifecycle);
	}

}
