// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.call;

import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Put around user code inside services, on the thread that runs it. Where there is none,
 * user code is called directly. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public interface Surrounding {

	/**
	 * Runs user code, once.
	 * @param inner what is run
	 * @throws Exception what that throws
	 */
	void run(Inner inner) throws Exception;

	/**
	 * What of the calling thread goes along with what it sends to others.
	 * @return it, or {@code null} for nothing
	 */
	default @Nullable Object origin() {
		return null;
	}

	/**
	 * User code inside a service.
	 *
	 * @param subject what it is
	 * @param origin of whoever sent what it is given, or {@code null}
	 * @param cancellation tells whether it has thrown that because it was told to end
	 * @param body calls it
	 */
	record Inner(Subject subject, @Nullable Object origin, Predicate<Throwable> cancellation, Body body) {

		/**
		 * Calls it.
		 * @throws Exception whatever it throws
		 */
		public void run() throws Exception {
			this.body.run();
		}

		/**
		 * Whether what it has thrown is a failure.
		 * @param thrown what it has thrown
		 * @return {@code false} if it was told to end
		 */
		public boolean isFailure(Throwable thrown) {
			return !this.cancellation.test(thrown);
		}

	}

	/**
	 * What user code is.
	 *
	 * @param kind the name of a method of the service, or the kind of its work
	 * @param service the name of the service
	 * @param name the name of the work, {@code null} for a method of the service
	 * @param isNameFixed whether the service has few names of that kind; {@code false} if
	 * its code may make up ever more of them
	 * @param item the item that it is about, or {@code null}
	 */
	record Subject(String kind, String service, @Nullable String name, boolean isNameFixed, @Nullable Object item) {

		/**
		 * The kind of what is done about items.
		 */
		public static final String ITEM = "item";

		/**
		 * A method of a service.
		 * @param method the name of the method
		 * @param service the name of the service
		 * @return it
		 */
		public static Subject method(String method, String service) {
			return new Subject(method, service, null, true, null);
		}

	}

	/**
	 * Calls user code.
	 */
	@FunctionalInterface
	interface Body {

		/**
		 * Calls it.
		 * @throws Exception whatever it throws
		 */
		void run() throws Exception;

	}

	/**
	 * Marks work that is declared by a method of the service, whose name is fixed.
	 */
	interface Declared {

	}

	/**
	 * Marks work inside a service that is not of the user: nothing is put around it.
	 */
	interface Bare {

	}

}
