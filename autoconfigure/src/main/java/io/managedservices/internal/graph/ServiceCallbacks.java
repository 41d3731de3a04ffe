// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;

/**
 * The methods of a service, each {@code null} where the service has none, so that nothing
 * is called, timed or shown for it. Immutable.
 *
 * @param prepare prepares the service
 * @param start starts it
 * @param stop stops it
 * @param checkReady checks whether it can take work
 * @param checkHealth checks whether it is in order
 * @param notice tells it that a service which it comes after runs, or does not
 * @param quiesce tells it to take no new work
 * @since 0.1.0
 */
public record ServiceCallbacks(@Nullable Callback prepare, @Nullable Callback start, @Nullable Callback stop,
		@Nullable Check checkReady, @Nullable Check checkHealth, @Nullable Notice notice, @Nullable Callback quiesce) {

	/**
	 * No methods at all.
	 */
	public static final ServiceCallbacks NONE = new ServiceCallbacks(null, null, null, null, null, null, null);

	private static final ClassValue<Overridden> OVERRIDDEN = new ClassValue<>() {

		@Override
		protected Overridden computeValue(Class<?> type) {
			return new Overridden(overrides(type, "prepare", ServiceContext.class),
					overrides(type, "start", ServiceContext.class), overrides(type, "stop", ServiceContext.class),
					overrides(type, "checkReady"), overrides(type, "checkHealth"),
					overrides(type, "dependencyAvailable", String.class)
							|| overrides(type, "dependencyLost", String.class),
					overrides(type, "quiesce", ServiceContext.class));
		}

	};

	/**
	 * The methods that the class of a service overrides.
	 * @param service the service
	 * @return its callbacks
	 */
	public static ServiceCallbacks of(ServiceLifecycle service) {
		return of(service, service.getClass());
	}

	/**
	 * The methods that a class overrides, called on a service that may be a proxy of it:
	 * a proxy overrides all methods.
	 * @param service the service
	 * @param type the class that was written
	 * @return its callbacks
	 */
	public static ServiceCallbacks of(ServiceLifecycle service, Class<?> type) {
		Overridden overridden = OVERRIDDEN.get(type);
		return new ServiceCallbacks(overridden.prepare() ? service::prepare : null,
				overridden.start() ? service::start : null, overridden.stop() ? service::stop : null,
				overridden.checkReady() ? service::checkReady : null,
				overridden.checkHealth() ? service::checkHealth : null, overridden.notice() ? notice(service) : null,
				overridden.quiesce() ? service::quiesce : null);
	}

	/**
	 * A service that is nothing but two methods.
	 * @param start starts it
	 * @param stop stops it
	 * @return its callbacks
	 */
	public static ServiceCallbacks of(@Nullable Callback start, @Nullable Callback stop) {
		return new ServiceCallbacks(null, start, stop, null, null, null, null);
	}

	/**
	 * The same with another method to start it.
	 * @param other starts it
	 * @return the callbacks
	 */
	public ServiceCallbacks withStart(Callback other) {
		return new ServiceCallbacks(this.prepare, other, this.stop, this.checkReady, this.checkHealth, this.notice,
				this.quiesce);
	}

	/**
	 * The same with other methods to start and to stop it.
	 * @param otherStart starts it, or {@code null}
	 * @param otherStop stops it, or {@code null}
	 * @return the callbacks
	 */
	public ServiceCallbacks withStartAndStop(@Nullable Callback otherStart, @Nullable Callback otherStop) {
		return new ServiceCallbacks(this.prepare, otherStart, otherStop, this.checkReady, this.checkHealth, this.notice,
				this.quiesce);
	}

	private static Notice notice(ServiceLifecycle service) {
		return (name, available) -> {
			if (available) {
				service.dependencyAvailable(name);
			}
			else {
				service.dependencyLost(name);
			}
		};
	}

	/**
	 * Whether the service has any check.
	 * @return whether it has
	 */
	public boolean hasChecks() {
		return this.checkReady != null || this.checkHealth != null;
	}

	private static boolean overrides(Class<?> type, String name, Class<?>... parameters) {
		try {
			Method method = type.getMethod(name, parameters);
			return method.getDeclaringClass() != ServiceLifecycle.class;
		}
		catch (NoSuchMethodException ex) {
			// In a native image nothing is known of a class that nobody has named: that
			// of
			// a registered service. What it does not override does nothing.
			return true;
		}
	}

	/**
	 * A method that is given the context of the incarnation.
	 */
	@FunctionalInterface
	public interface Callback {

		/**
		 * Calls it.
		 * @param context of the incarnation
		 * @throws Exception whatever it throws
		 */
		void call(ServiceContext context) throws Exception;

	}

	/**
	 * A method that throws if something is not as it should be.
	 */
	@FunctionalInterface
	public interface Check {

		/**
		 * Calls it.
		 * @throws Exception if something is not as it should be
		 */
		void call() throws Exception;

	}

	/**
	 * A method that is told of another service.
	 */
	@FunctionalInterface
	public interface Notice {

		/**
		 * Calls it.
		 * @param name the name of the other service
		 * @param available whether it runs
		 * @throws Exception whatever it throws
		 */
		void call(String name, boolean available) throws Exception;

	}

	private record Overridden(boolean prepare, boolean start, boolean stop, boolean checkReady, boolean checkHealth,
			boolean notice, boolean quiesce) {

	}

}
