// SPDX-License-Identifier: Apache-2.0
package io.managedservices.item;

/**
 * Schedules single items of an item service, when something has happened to them. It is
 * injected, into the item service itself or anywhere else. Safe for use by several
 * threads.
 * <p>
 * The service that it belongs to is the one that a {@code @Qualifier} names. Without one
 * it is the service that it is injected into, if that has such ids: the only one of the
 * class, or the one that the {@code @Bean} method with the parameter makes. Else it is
 * the only one with ids of this type. <pre class="code">
 * &#64;EventListener
 * void on(PollCreated event) {
 * 	this.items.schedule(event.id());
 * }
 * </pre>
 *
 * @param <I> the type of the ids
 * @since 0.1.0
 */
public interface ItemScheduler<I> {

	/**
	 * Asks soon when something will have to be done with an item, and does it then.
	 * Within a transaction it takes effect after the commit. Many calls for one item come
	 * down to one question. Does nothing while the service does not run: its first
	 * {@link ItemService#checkAll} finds the item.
	 * @param id the item
	 */
	void schedule(I id);

	/**
	 * Ends the service, as {@code ServiceContext.complete()} does.
	 */
	void stop();

}
