// SPDX-License-Identifier: Apache-2.0
package io.managedservices.metrics;

import java.util.function.Consumer;
import java.util.function.Supplier;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import io.managedservices.ManagedServices;
import io.managedservices.internal.item.ItemServices;
import io.managedservices.monitor.LifecycleEvent.ServiceRegistered;
import io.managedservices.monitor.LifecycleEvent.ServiceUnregistered;

/**
 * Binds the meters of item services to registries: 15 series for each, whatever happens.
 * Safe for use by several threads.
 * <table>
 * <caption>Meters, each with the tag {@code service}</caption>
 * <tr>
 * <th>name</th>
 * <th>type, unit</th>
 * <th>what</th>
 * </tr>
 * <tr>
 * <td>{@code managed.services.items.due}, {@code .armed}, {@code .in.hand}</td>
 * <td>gauge</td>
 * <td>items that are due (100 means 100 or more), that wait for their time, that are
 * being processed</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.items.processed}, {@code .not.yet}, {@code .failed},
 * {@code .retried}</td>
 * <td>counter</td>
 * <td>items that were done, that had nothing to do yet, that failed, that were tried
 * again</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.items.conflicts}</td>
 * <td>counter</td>
 * <td>statements about the table of items that were repeated because of others</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.items.late}</td>
 * <td>gauge, seconds</td>
 * <td>how long the first item that is due has waited for its turn</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.items.lateness.median}, {@code .p99}, {@code .max}</td>
 * <td>gauge, seconds</td>
 * <td>how long after their times items began</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.items.check.all.duration}</td>
 * <td>gauge, seconds</td>
 * <td>how long the last search for all items took</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.items.check.all.last}, {@code .next}</td>
 * <td>gauge, seconds since 1970</td>
 * <td>when the last search for all items ended, and when the next one begins; NaN while
 * there is none</td>
 * </tr>
 * </table>
 *
 * @since 0.1.0
 */
public final class ItemMetrics implements MeterBinder {

	private final Supplier<ManagedServices> services;

	private final Supplier<ItemServices> items;

	private final Consumer<Runnable> whenAny;

	/**
	 * Create a binder.
	 * @param services all services, not asked for before there are any
	 * @param items the item services among them, not asked for before there are any
	 * services
	 * @param whenAny runs an action once there are services
	 */
	public ItemMetrics(Supplier<ManagedServices> services, Supplier<ItemServices> items, Consumer<Runnable> whenAny) {
		this.services = services;
		this.items = items;
		this.whenAny = whenAny;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.whenAny.accept(() -> bind(registry, this.items.get()));
	}

	private void bind(MeterRegistry registry, ItemServices known) {
		// Item services are known when all services are, which are found when asked for.
		this.services.get().snapshots();
		known.names().forEach((service) -> new ItemMeters(known, service).register(registry));
		this.services.get().addListener((event) -> {
			if (event instanceof ServiceRegistered registered && known.names().contains(registered.service().name())) {
				new ItemMeters(known, registered.service().name()).register(registry);
			}
			else if (event instanceof ServiceUnregistered unregistered) {
				new ItemMeters(known, unregistered.service().name()).forget(registry);
			}
		});
	}

}
