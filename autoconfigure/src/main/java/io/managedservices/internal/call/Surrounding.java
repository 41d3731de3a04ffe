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
	 * @param kind what it is: the name of a method of the service, or the kind of its
	 * work
	 * @param service the name of the service
	 * @param name the name of the work, {@code null} for a method of the service
	 * @param item the item that it is about, or {@code null}
	 * @param origin of whoever sent what it is given, or {@code null}
	 * @param cancellation tells whether it has thrown that because it was told to end
	 * @param body calls it
	 */
	record Inner(String kind, String service, @Nullable String name, @Nullable Object item, @Nullable Object origin,
			Predicate<Throwable> cancellation, Body body) {

		/**
		 * The kind of an item that is processed.
		 */
		public static final String ITEM = "item";

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
	 * Marks work inside a service that is not of the user: nothing is put around it.
	 */
	interface Bare {

	}

}
