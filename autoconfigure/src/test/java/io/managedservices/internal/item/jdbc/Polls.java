// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

import io.managedservices.item.Outcome;
import io.managedservices.item.jdbc.ItemSql;
import io.managedservices.item.jdbc.SqlItems;

/**
 * Closes polls; each that is closed is audited, in the same transaction.
 */
class Polls extends SqlItems<Long> {

	private final JdbcTemplate jdbc;

	final AtomicInteger entered = new AtomicInteger();

	final AtomicInteger asked = new AtomicInteger();

	final AtomicInteger failures = new AtomicInteger();

	private volatile @Nullable CountDownLatch hanging;

	private volatile @Nullable CountDownLatch hangingAfterwards;

	Polls(DataSource dataSource) {
		super(dataSource,
				new ItemSql("update poll set closed = true where id = :id and closes_at <= :now and not closed",
						"select id, closes_at from poll where not closed and closes_at <= :until order by closes_at",
						"select closes_at from poll where id = :id and not closed"));
		this.jdbc = new JdbcTemplate(dataSource);
	}

	CountDownLatch hang() {
		CountDownLatch latch = new CountDownLatch(1);
		this.hanging = latch;
		return latch;
	}

	CountDownLatch hangAfterwards() {
		CountDownLatch latch = new CountDownLatch(1);
		this.hangingAfterwards = latch;
		return latch;
	}

	@Override
	public Outcome process(Long id) throws Exception {
		this.entered.incrementAndGet();
		if (this.failures.getAndUpdate((left) -> Math.max(0, left - 1)) > 0) {
			throw new IllegalStateException("planted");
		}
		CountDownLatch latch = this.hanging;
		if (latch != null) {
			latch.await();
		}
		Outcome outcome = super.process(id);
		if (outcome == Outcome.DONE) {
			this.jdbc.update("insert into audit values (?)", id);
		}
		return outcome;
	}

	@Override
	public @Nullable Instant checkOne(Long id) throws Exception {
		this.asked.incrementAndGet();
		Instant due = super.checkOne(id);
		CountDownLatch latch = this.hangingAfterwards;
		if (latch != null && due == null) {
			latch.await();
		}
		return due;
	}

	@Override
	public Duration interval() {
		return Duration.ofHours(1);
	}

}
