// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of services that act on items. Those of one service stand under its name:
 * 'managed-services.items.pollClosing.concurrency'. Immutable.
 *
 * @param engine What processes the items.
 * @param concurrency How many items of a service are processed at once.
 * @param lateThreshold How late an item may begin before its service warns of it.
 * @param maxItems How many items one search for all items of a service may yield.
 * @param retry When an item that failed is tried again.
 * @param dbScheduler Sharing of items over a database, with the engine 'db-scheduler'.
 * @since 0.1.0
 */
@ConfigurationProperties(ManagedServicesItemsProperties.PREFIX)
public record ManagedServicesItemsProperties(@DefaultValue("embedded") Engine engine,
		@DefaultValue("1") int concurrency, @DefaultValue("1m") Duration lateThreshold,
		@DefaultValue("2000000") int maxItems, @DefaultValue Retry retry, @DefaultValue DbScheduler dbScheduler) {

	/** What all these properties begin with. */
	public static final String PREFIX = "managed-services.items";

	/**
	 * When an item that failed is tried again: without limit, at growing intervals.
	 *
	 * @param delay Wait after the first failure.
	 * @param multiplier What the wait is multiplied with after each failure.
	 * @param maxDelay Longest wait.
	 */
	public record Retry(@DefaultValue("1s") Duration delay, @DefaultValue("2") double multiplier,
			@DefaultValue("5m") Duration maxDelay) {

	}

	/**
	 * Sharing of items over a database.
	 *
	 * @param table Name of its table, with a schema if need be.
	 * @param createTable Whether to create the table where there is none.
	 * @param pollingInterval How often the table is looked at: so late an item may begin.
	 * @param heartbeat How often an instance says of an item that it is still at it. One
	 * that has not for four times as long is taken over.
	 * @param dependsOn Services that the service itemScheduler depends on, such as one
	 * that runs while the database does.
	 */
	public record DbScheduler(@DefaultValue("managed_service_items") String table,
			@DefaultValue("false") boolean createTable, @DefaultValue("1s") Duration pollingInterval,
			@DefaultValue("10s") Duration heartbeat, @DefaultValue List<String> dependsOn) {

	}

	/**
	 * What processes items.
	 */
	public enum Engine {

		/** Each process its own, with the times in memory. */
		EMBEDDED,

		/** Several processes share them over a database. */
		DB_SCHEDULER

	}

	/**
	 * Properties of one service, over those of all.
	 *
	 * @param concurrency how many items are processed at once
	 * @param lateThreshold how late an item may begin before the service warns of it
	 * @param maxItems how many items one search for all may yield
	 * @param retry when an item that failed is tried again
	 */
	public record Service(@Nullable Integer concurrency, @Nullable Duration lateThreshold, @Nullable Integer maxItems,
			@DefaultValue ServiceRetry retry) {

		/** Nothing is configured. */
		public static final Service NONE = new Service(null, null, null, new ServiceRetry(null, null, null));

	}

	/**
	 * When an item of one service that failed is tried again.
	 *
	 * @param delay wait after the first failure
	 * @param multiplier what the wait is multiplied with after each failure
	 * @param maxDelay longest wait
	 */
	public record ServiceRetry(@Nullable Duration delay, @Nullable Double multiplier, @Nullable Duration maxDelay) {

	}

}
