// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.time.Clock;
import java.time.Duration;

import javax.sql.DataSource;

import org.springframework.context.event.EventListener;
import org.springframework.transaction.annotation.Transactional;

import io.managedservices.ManagedService;
import io.managedservices.item.ItemScheduler;
import io.managedservices.item.Outcome;
import io.managedservices.item.jdbc.ItemSql;
import io.managedservices.item.jdbc.SqlItems;

/**
 * Opens each poll at its time: the service {@code pollOpening}. Safe for use by several
 * threads.
 */
@ManagedService
class PollOpening extends SqlItems<Long> {

	private final Polls polls;

	private final ItemScheduler<Long> items;

	PollOpening(DataSource dataSource, Clock clock, Polls polls, ItemScheduler<Long> items) {
		super(dataSource, new ItemSql(
				"update poll set state = 'OPEN' where id = :id and state = 'PLANNED' and opens_at <= :now",
				"select id, opens_at from poll where state = 'PLANNED' and opens_at <= :until order by opens_at",
				"select opens_at from poll where id = :id and state = 'PLANNED'"), clock);
		this.polls = polls;
		this.items = items;
	}

	/**
	 * Opens the poll and writes that down, in one transaction.
	 */
	@Override
	@Transactional
	public Outcome process(Long id) throws Exception {
		Outcome outcome = super.process(id);
		if (outcome == Outcome.DONE) {
			this.polls.record(id, "OPENED");
		}
		return outcome;
	}

	@EventListener
	void on(PollPlanned event) {
		this.items.schedule(event.id());
	}

	@Override
	public Duration interval() {
		return Duration.ofMinutes(10);
	}

}
