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
 * Closes each poll at its time: the service {@code pollClosing}. One that should have
 * been opened and closed while the application was down is closed when it has been
 * opened: until then the UPDATE affects no row, and it is tried again. Safe for use by
 * several threads.
 */
@ManagedService
class PollClosing extends SqlItems<Long> {

	private final Polls polls;

	private final ItemScheduler<Long> items;

	PollClosing(DataSource dataSource, Clock clock, Polls polls, ItemScheduler<Long> items) {
		super(dataSource, new ItemSql(
				"update poll set state = 'CLOSED' where id = :id and state = 'OPEN' and closes_at <= :now",
				"select id, closes_at from poll where state <> 'CLOSED' and closes_at <= :until order by closes_at",
				"select closes_at from poll where id = :id and state <> 'CLOSED'"), clock);
		this.polls = polls;
		this.items = items;
	}

	/**
	 * Closes the poll and writes that down, in one transaction.
	 */
	@Override
	@Transactional
	public Outcome process(Long id) throws Exception {
		Outcome outcome = super.process(id);
		if (outcome == Outcome.DONE) {
			this.polls.record(id, "CLOSED");
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
