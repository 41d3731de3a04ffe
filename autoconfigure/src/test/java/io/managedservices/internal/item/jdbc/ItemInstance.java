// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.item.ItemProcessing;
import io.managedservices.internal.item.ItemSettings;
import io.managedservices.item.ItemService;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An instance of the application.
 *
 * @param <I> the type of the ids
 * @param <S> the type of its item service
 */
final class ItemInstance<I, S extends ItemService<I>> {

	final CountingDataSource database;

	final S service;

	private final ItemSettings settings;

	final DbSchedulerItemEngine engine;

	private final FakeServiceContext scheduler = new FakeServiceContext("itemScheduler");

	FakeServiceContext context = new FakeServiceContext("polls");

	private @Nullable ItemProcessing<I> items;

	ItemInstance(DataSource database, S service, ItemSettings settings) {
		this(database, service, settings, ThreadBackend.platform());
	}

	ItemInstance(DataSource database, S service, ItemSettings settings, Backend backend) {
		this.database = new CountingDataSource(database);
		this.service = service;
		this.settings = settings;
		this.engine = new DbSchedulerItemEngine(this.database, new DbSchedulerSettings("managed_service_items", true,
				Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofSeconds(14)), backend);
		this.engine.start(this.scheduler.get());
	}

	void begin() {
		if (this.context.get().isStopping()) {
			this.context = new FakeServiceContext("polls");
		}
		this.items = this.engine.begin(this.service, this.settings, this.context.get());
	}

	ItemProcessing<I> items() {
		assertThat(this.items).isNotNull();
		return this.items;
	}

	void stopService() {
		this.context.stop();
	}

	void stop() {
		this.context.tellToStop();
		this.scheduler.tellToStop();
		this.engine.stop(this.scheduler.get());
	}

}
