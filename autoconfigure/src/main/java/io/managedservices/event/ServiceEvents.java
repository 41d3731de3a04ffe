// SPDX-License-Identifier: Apache-2.0
package io.managedservices.event;

import io.managedservices.monitor.LifecycleListener;
import io.managedservices.state.ServiceException;
import io.managedservices.work.ServiceFailure;

/**
 * Events between services. An event is any object; one whose type is annotated with
 * {@link ExposedEvent} is also seen outside: by {@link LifecycleListener}s and as a
 * Spring application event. Safe for use by several threads.
 * <p>
 * A hook is called on the work of the service that it belongs to, one event at a time,
 * those of one source in the order in which they were emitted, and only while both
 * services run: until then events are held, as the {@link EventPolicy} says.
 *
 * @since 0.1.0
 */
public interface ServiceEvents {

	/**
	 * Emits an event to all services that have a hook for it. Never waits for any of
	 * them, nor for other user code. With a
	 * {@link org.springframework.core.task.TaskDecorator} each of them gets the context
	 * of the calling thread. Once this incarnation is to end no hook takes it any more:
	 * then it is dropped, and counted as that.
	 * @param event the event
	 * @throws EventRefusedException if a hook whose policy is to fail cannot take it; the
	 * others have, unless this incarnation is to end
	 */
	void emit(Object event);

	/**
	 * Hooks the events of a type, of all services, until this incarnation has ended.
	 * @param <E> the type
	 * @param type the type
	 * @param hook is told
	 * @return ends the hook when it is closed
	 */
	<E> Subscription on(Class<E> type, EventHook<? super E> hook);

	/**
	 * Hooks the events of a type, of all services, and is told where each comes from,
	 * until this incarnation has ended. With {@code Object.class} it gets all events.
	 * @param <E> the type
	 * @param type the type
	 * @param hook is told
	 * @return ends the hook when it is closed
	 */
	<E> Subscription onAny(Class<E> type, OriginHook<? super E> hook);

	/**
	 * Hooks the events of a type of one service, until this incarnation has ended.
	 * @param <E> the type
	 * @param source the name of the service
	 * @param type the type
	 * @param hook is told
	 * @return ends the hook when it is closed
	 * @throws ServiceException if there is no such service
	 */
	<E> Subscription on(String source, Class<E> type, EventHook<? super E> hook);

	/**
	 * Hooks the events of a type of one service, until this incarnation has ended.
	 * @param <E> the type
	 * @param source the name of the service
	 * @param type the type
	 * @param policy what happens to events that cannot be taken now
	 * @param hook is told
	 * @return ends the hook when it is closed
	 * @throws ServiceException if there is no such service
	 */
	<E> Subscription on(String source, Class<E> type, EventPolicy policy, EventHook<? super E> hook);

	/**
	 * Is told of events.
	 *
	 * @param <E> the type of the events
	 */
	@FunctionalInterface
	interface EventHook<E> {

		/**
		 * Is told of an event.
		 * @param event the event
		 * @throws Exception whatever it throws becomes a {@link ServiceFailure} of the
		 * service that it belongs to
		 */
		void onEvent(E event) throws Exception;

	}

	/**
	 * Is told of events and where they come from.
	 *
	 * @param <E> the type of the events
	 */
	@FunctionalInterface
	interface OriginHook<E> {

		/**
		 * Is told of an event.
		 * @param event the event
		 * @param origin where it comes from
		 * @throws Exception whatever it throws becomes a {@link ServiceFailure} of the
		 * service that it belongs to
		 */
		void onEvent(E event, EventOrigin origin) throws Exception;

	}

	/**
	 * A hook that can be ended.
	 */
	@FunctionalInterface
	interface Subscription extends AutoCloseable {

		/**
		 * Ends the hook: it is not called any more for what is held.
		 */
		@Override
		void close();

	}

}
