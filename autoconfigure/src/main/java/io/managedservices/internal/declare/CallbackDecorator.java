// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.declare;

import java.util.Collection;
import java.util.function.Consumer;

import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceCallbacks;
import io.managedservices.internal.lease.LeaseStore;

/**
 * Puts something before the methods of services, and the store of leases. As a bean it is
 * asked once for each service of its context, gates included, by one thread, when all
 * singletons exist. What is asked is protected, so that it is not shown by the bean.
 *
 * @since 0.1.0
 */
public abstract class CallbackDecorator {

	/**
	 * Decorates the methods of a service.
	 * @param service the name of the service
	 * @param callbacks its methods, with the work that begins at the end of its start
	 * @return the methods that are called
	 */
	protected abstract ServiceCallbacks decorate(String service, ServiceCallbacks callbacks);

	/**
	 * Decorates the store of the leases. Asked once, if a service runs by one.
	 * @param store the store
	 * @return the store that is asked
	 */
	protected LeaseStore decorate(LeaseStore store) {
		return store;
	}

	/**
	 * All services were found.
	 * @param problems is told what is wrong
	 */
	protected abstract void discovered(Consumer<GraphProblem> problems);

	/**
	 * The services are gone with their context.
	 */
	protected void closed() {
	}

	/**
	 * Decorates the methods of a service by all decorators of a context.
	 * @param decorators the decorators, the innermost first
	 * @param service the name of the service
	 * @param callbacks its methods
	 * @return the methods that are called; the same if there is no decorator
	 */
	public static ServiceCallbacks decorate(Collection<CallbackDecorator> decorators, String service,
			ServiceCallbacks callbacks) {
		ServiceCallbacks decorated = callbacks;
		for (CallbackDecorator decorator : decorators) {
			decorated = decorator.decorate(service, decorated);
		}
		return decorated;
	}

	/**
	 * Decorates the store of the leases by all decorators of a context.
	 * @param decorators the decorators, the innermost first
	 * @param store the store
	 * @return the store that is asked; the same if there is no decorator
	 */
	public static LeaseStore decorate(Collection<CallbackDecorator> decorators, LeaseStore store) {
		LeaseStore decorated = store;
		for (CallbackDecorator decorator : decorators) {
			decorated = decorator.decorate(decorated);
		}
		return decorated;
	}

	/**
	 * All services were found.
	 * @param decorators the decorators of the context
	 * @param problems is told what is wrong
	 */
	public static void discovered(Collection<CallbackDecorator> decorators, Consumer<GraphProblem> problems) {
		decorators.forEach((decorator) -> decorator.discovered(problems));
	}

	/**
	 * The services are gone with their context.
	 * @param decorators the decorators of the context
	 */
	public static void closed(Collection<CallbackDecorator> decorators) {
		decorators.forEach(CallbackDecorator::closed);
	}

}
