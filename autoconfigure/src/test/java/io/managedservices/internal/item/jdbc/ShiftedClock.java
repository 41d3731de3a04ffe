// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.concurrent.ThreadBackend;

/**
 * Real time and threads, with a wall clock that somebody sets. Safe for use by several
 * threads; one sets the clock.
 */
final class ShiftedClock {

	private final Backend real = ThreadBackend.platform();

	private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

	private volatile Duration shift = Duration.ZERO;

	void jump(Duration duration) {
		this.shift = this.shift.plus(duration);
		this.listeners.forEach(Runnable::run);
	}

	Instant now() {
		return this.real.instant().plus(this.shift);
	}

	Backend backend() {
		return (Backend) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Backend.class },
				(proxy, method, arguments) -> {
					try {
						if (method.getName().equals("addClockListener")) {
							this.listeners.add((Runnable) arguments[0]);
						}
						return method.getName().equals("instant") ? now() : method.invoke(this.real, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

}
