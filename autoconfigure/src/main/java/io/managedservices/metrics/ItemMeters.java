// SPDX-License-Identifier: Apache-2.0
package io.managedservices.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import org.jspecify.annotations.Nullable;

import io.managedservices.internal.item.ItemServices;
import io.managedservices.internal.line.LineText;
import io.managedservices.item.ItemsSnapshot;

/**
 * The meters of one item service. Immutable.
 */
final class ItemMeters {

	/** What the names of all of them begin with. */
	static final String PREFIX = "managed.services.items.";

	private final ItemServices items;

	private final String service;

	ItemMeters(ItemServices items, String service) {
		this.items = items;
		this.service = service;
	}

	void register(MeterRegistry registry) {
		gauge(registry, "due", "Items that are due and wait for their turn, at most 100", ItemsSnapshot::due);
		gauge(registry, "armed", "Items that wait for their time, with those that are due", ItemsSnapshot::armed);
		gauge(registry, "in.hand", "Items that are being processed", ItemsSnapshot::inHand);
		count(registry, "processed", "Items that were done", ItemsSnapshot::processed);
		count(registry, "not.yet", "Items that had nothing to do yet", ItemsSnapshot::notYet);
		count(registry, "failed", "Items that have failed, each time", ItemsSnapshot::failed);
		count(registry, "retried", "Items that were tried again after a failure", ItemsSnapshot::retried);
		count(registry, "conflicts", "Statements about the table of items that were repeated because of others",
				ItemsSnapshot::conflicts);
		time(registry, "late", "How long the first item that is due has waited for its turn",
				(snapshot) -> snapshot.lateness().now());
		time(registry, "lateness.median", "Half of the items began no later after their time than about this",
				(snapshot) -> snapshot.lateness().median());
		time(registry, "lateness.p99", "99 of 100 items began no later after their time than about this",
				(snapshot) -> snapshot.lateness().p99());
		time(registry, "lateness.max", "No item began later after its time", (snapshot) -> snapshot.lateness().max());
		time(registry, "check.all.duration", "How long the last search for all items took",
				(snapshot) -> snapshot.checkAll().duration());
		moment(registry, "check.all.last", "When the last search for all items ended, since 1970",
				(snapshot) -> end(snapshot.checkAll()));
		moment(registry, "check.all.next", "When the next search for all items begins, since 1970",
				(snapshot) -> snapshot.checkAll().next());
	}

	void forget(MeterRegistry registry) {
		String tag = LineText.of(this.service);
		registry.getMeters()
			.stream()
			.filter((meter) -> meter.getId().getName().startsWith(PREFIX)
					&& tag.equals(meter.getId().getTag("service")))
			.forEach(registry::remove);
	}

	private ItemsSnapshot snapshot(ItemServices all) {
		ItemsSnapshot snapshot = all.snapshot(this.service);
		return (snapshot != null) ? snapshot : ItemsSnapshot.NONE;
	}

	private void gauge(MeterRegistry registry, String what, String description, ToIntFunction<ItemsSnapshot> value) {
		Gauge.builder(PREFIX + what, this.items, (all) -> value.applyAsInt(snapshot(all)))
			.description(description)
			.tag("service", LineText.of(this.service))
			.register(registry);
	}

	private void count(MeterRegistry registry, String what, String description, ToLongFunction<ItemsSnapshot> value) {
		FunctionCounter.builder(PREFIX + what, this.items, (all) -> value.applyAsLong(snapshot(all)))
			.description(description)
			.tag("service", LineText.of(this.service))
			.register(registry);
	}

	private void time(MeterRegistry registry, String what, String description,
			Function<ItemsSnapshot, @Nullable Duration> value) {
		TimeGauge.builder(PREFIX + what, this.items, TimeUnit.NANOSECONDS, (all) -> nanos(value.apply(snapshot(all))))
			.description(description)
			.tag("service", LineText.of(this.service))
			.register(registry);
	}

	private static @Nullable Instant end(ItemsSnapshot.CheckAll search) {
		Instant begun = search.last();
		Duration duration = search.duration();
		return (begun != null && duration != null) ? begun.plus(duration) : null;
	}

	private void moment(MeterRegistry registry, String what, String description,
			Function<ItemsSnapshot, @Nullable Instant> value) {
		TimeGauge
			.builder(PREFIX + what, this.items, TimeUnit.SECONDS, (all) -> epochSeconds(value.apply(snapshot(all))))
			.description(description)
			.tag("service", LineText.of(this.service))
			.register(registry);
	}

	// No time at all is neither early nor late: it compares as false.
	private static double epochSeconds(@Nullable Instant time) {
		return (time != null) ? time.getEpochSecond() + time.getNano() / 1e9 : Double.NaN;
	}

	// What was not measured yet is 0, as what took no time is.
	private static double nanos(@Nullable Duration duration) {
		return (duration != null) ? duration.toNanos() : 0;
	}

}
