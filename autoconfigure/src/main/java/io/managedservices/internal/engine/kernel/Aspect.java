// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.kernel;

import io.managedservices.state.ServiceState;

/**
 * A room of the engine, as the coordinator sees it: one that is notified of what happens.
 * It implements the interface of each event that it needs to know, and is called in the
 * order in which the rooms are wired, always inside the coordinator. What it knows of a
 * service beyond the facts of its node stands in {@link Facts} of its own. The
 * coordinator knows {@link All} of them as one.
 */
public interface Aspect {

	/**
	 * Is notified when a service comes into another state.
	 */
	interface Entered extends Aspect {

		/**
		 * A service comes into another state, which is not published yet.
		 * @param node the service
		 * @param from the state that it leaves
		 */
		void entered(ServiceNode node, ServiceState from);

	}

	/**
	 * Is notified when a service has come into another state.
	 */
	interface Moved extends Aspect {

		/**
		 * A service has come into another state, which is published, and its neighbours
		 * know.
		 * @param node the service
		 * @param from the state that it has left
		 */
		void moved(ServiceNode node, ServiceState from);

	}

	/**
	 * Is notified when a service becomes available to its dependents, or ceases to be.
	 */
	interface AvailabilityChanged extends Aspect {

		/**
		 * The dependents of a service know that it runs and is to go on running, or does
		 * not any more.
		 * @param node the service
		 */
		void availabilityChanged(ServiceNode node);

	}

	/**
	 * Is notified when a service was looked at.
	 */
	interface Evaluated extends Aspect {

		/**
		 * A service was looked at: it is in the state that its facts ask for.
		 * @param node the service
		 */
		void evaluated(ServiceNode node);

	}

	/**
	 * Is notified when a command was handled.
	 */
	interface Handled extends Aspect {

		/**
		 * A command was handled, and all services that it is about have been looked at.
		 */
		void handled();

	}

	/**
	 * Hands over what was decided to run.
	 */
	interface Launch extends Aspect {

		/**
		 * Some commands were handled: hands over what was decided to run.
		 */
		void launch();

	}

	/**
	 * Publishes what any thread may ask for.
	 */
	interface Publish extends Aspect {

		/**
		 * Some commands were handled: publishes what any thread may ask for.
		 */
		void publish();

	}

	/**
	 * Is notified when services come and go.
	 */
	interface ComeAndGo extends Aspect {

		/**
		 * A service has come to those that there are, and was not looked at yet.
		 * @param node the service
		 */
		default void added(ServiceNode node) {
		}

		/**
		 * A service that is at rest is about to be forgotten, with the {@link Facts} that
		 * are known of it.
		 * @param node the service, which still has its number
		 */
		default void removed(ServiceNode node) {
		}

		/**
		 * Services have been forgotten, and the others have moved up.
		 * @param numbers the new number of each service, negative for one that is gone
		 */
		default void renumbered(int[] numbers) {
		}

	}

	/**
	 * Is notified of a jump of the wall clock.
	 */
	interface ClockJumped extends Aspect {

		/**
		 * The wall clock has jumped.
		 */
		void clockJumped();

	}

	/**
	 * All rooms as one: notifies each of them of what it needs to know.
	 */
	interface All
			extends Entered, Moved, AvailabilityChanged, Evaluated, Handled, Launch, Publish, ComeAndGo, ClockJumped {

	}

}
