// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.managedservices.monitor.OperationRefusedException;
import io.managedservices.state.ServiceException;

/**
 * The services that belong to one incarnation of a service, their owner: they stop before
 * it does, and are forgotten when the incarnation is over, however it ends. The next
 * incarnation registers its own. Their names are those of any service, and no service but
 * those that belong to the same owner can depend on them. Safe for use by several
 * threads. <pre class="code">
 * &#64;Override
 * public void start(ServiceContext context) throws Exception {
 * 	context.services().startBefore(new ServiceRegistration("feeds/cache", new Cache()));
 * 	for (String url : this.urls) {
 * 		context.services().register(new ServiceRegistration("feeds/" + url, new Feed(url)));
 * 	}
 * }
 * </pre>
 *
 * @since 0.1.0
 * @see ServiceContext#services()
 */
public interface SubServices {

	/**
	 * Registers services that depend on their owner: they start once it runs.
	 * @param registrations the services
	 * @return completed as that of {@link ServiceRegistry#register}; while the owner is
	 * being started it is not to be waited for there, but {@link #startBefore} is
	 * @throws IllegalStateException if the owner is only being prepared, or this
	 * incarnation is to end
	 */
	CompletableFuture<Void> register(ServiceRegistration... registrations);

	/**
	 * Registers services that start while their owner is being started, and waits until
	 * they run. From then on a failure of one of them is its own, not that of the owner.
	 * @param registrations the services
	 * @throws InterruptedException if the start of the owner is to end
	 * @throws OperationRefusedException if anything is wrong with them, or one of them
	 * waits for its owner in another way: none is registered
	 * @throws ServiceException if one of them cannot run, or is stopped, restarted or
	 * unregistered meanwhile
	 * @throws IllegalStateException if the owner is not being started, or this
	 * incarnation is to end
	 */
	void startBefore(ServiceRegistration... registrations) throws InterruptedException;

	/**
	 * Stops some of the services that belong to this incarnation, and forgets them.
	 * @param names their names
	 * @return completed as that of {@link ServiceRegistry#unregister(String...)}
	 * @throws IllegalArgumentException if one of them does not belong to this incarnation
	 */
	CompletableFuture<Void> unregister(String... names);

	/**
	 * The services that belong to this incarnation now.
	 * @return their names, in the order in which they were registered
	 */
	List<String> names();

}
