package io.managedservices.item.jdbc;

import java.time.Duration;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import io.managedservices.concurrent.ThreadBackend;
import io.managedservices.item.ItemProcessing;
import io.managedservices.item.ItemService;
import io.managedservices.item.ItemSettings;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An instance of the application.
 *
 * @param <S> the type of its item service
 */
final class ItemInstance<S extends ItemService<Long>> {

	final CountingDataSource database;

	final S service;

	private final ItemSettings settings;

	final DbSchedulerItemEngine engine;

	FakeServiceContext context = new FakeServiceContext("polls");

	private @Nullable ItemProcessing<Long> items;

	ItemInstance(DataSource database, S service, ItemSettings settings) {
		this.database = new CountingDataSource(database);
		this.service = service;
		this.settings = settings;
		this.engine = new DbSchedulerItemEngine(this.database, new DbSchedulerSettings("managed_service_items", true, 8,
				Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofSeconds(14)), ThreadBackend.platform());
		this.engine.start(this.context.get());
	}

	void begin() {
		if (this.context.get().isStopping()) {
			this.context = new FakeServiceContext("polls");
		}
		this.items = this.engine.begin(this.service, this.settings, this.context.get());
	}

	ItemProcessing<Long> items() {
		assertThat(this.items).isNotNull();
		return this.items;
	}

	void stopService() {
		this.context.stop();
	}

	void stop() {
		this.context.tellToStop();
		this.engine.stop(this.context.get());
	}

}
