// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.item.ItemProcessing;
import io.managedservices.internal.item.ItemSettings;
import io.managedservices.internal.item.embedded.EmbeddedItemEngine;
import io.managedservices.internal.work.WorkEngine;
import io.managedservices.internal.work.WorkSettings;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;

/**
 * An item service in a running engine, with default settings: its search for all yields
 * all items. Used by one thread; the service is called by those of the engine.
 */
final class EngineItemTimer implements ItemTimer, ItemService<Long>, ServiceLifecycle {

	private final ThreadBackend backend = ThreadBackend.platform();

	private final EmbeddedItemEngine items = new EmbeddedItemEngine(this.backend);

	private final ServiceEngine engine;

	private final CountDownLatch searched = new CountDownLatch(1);

	private volatile @Nullable TimedRows rows;

	private volatile @Nullable ItemProcessing<Long> processing;

	EngineItemTimer() {
		ServiceDefinition definition = ServiceDefinition.of("items", this, ServiceSettings.DEFAULTS, List.of());
		this.engine = new ServiceEngine(ServiceGraph.of(List.of(definition)), EngineSettings.DEFAULTS, this.backend,
				new WorkEngine(WorkSettings.DEFAULTS, this.backend, null));
	}

	@Override
	public void start(ServiceContext context) {
		this.processing = this.items.begin(this, ItemSettings.DEFAULTS, context);
	}

	// The last items are armed a moment after the search.
	@Override
	public void arm(TimedRows newRows) throws ExecutionException, InterruptedException {
		this.rows = newRows;
		this.engine.start().get();
		this.searched.await();
		ItemProcessing<Long> begun = this.processing;
		while (begun != null && begun.snapshot().checkAll().last() == null) {
			Thread.onSpinWait();
		}
	}

	private TimedRows rows() {
		TimedRows known = this.rows;
		if (known == null) {
			throw new IllegalStateException("Nothing is armed");
		}
		return known;
	}

	@Override
	public Outcome process(Long id) {
		rows().process(id.intValue());
		return Outcome.DONE;
	}

	@Override
	public Stream<DueItem<Long>> checkAll() {
		TimedRows all = rows();
		return IntStream.range(0, all.count())
			.map(all::id)
			.mapToObj((id) -> new DueItem<>((long) id, all.dueInstant(id)))
			.onClose(this.searched::countDown);
	}

	@Override
	public @Nullable Instant checkOne(Long id) {
		TimedRows all = rows();
		return all.isProcessed(id.intValue()) ? null : all.dueInstant(id.intValue());
	}

	@Override
	public Duration interval() {
		return Duration.ofHours(1);
	}

	@Override
	public void close() throws ExecutionException, InterruptedException {
		this.engine.stop().get();
	}

}
