// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.Objects;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.KeyHolder;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * What is written about polls, all but votes. No service, only a bean that has
 * {@code database}: services that are injected with it depend on that. Safe for use by
 * several threads.
 */
@Component
class Polls {

	private final Database database;

	private final Clock clock;

	private final ApplicationEventPublisher publisher;

	private final String instance;

	Polls(Database database, Clock clock, ApplicationEventPublisher publisher,
			@Value("${polls.instance}") String instance) {
		this.database = database;
		this.clock = clock;
		this.publisher = publisher;
		this.instance = instance;
	}

	/**
	 * Creates a poll. When it has been committed, what becomes due is scheduled: the item
	 * services listen to {@link PollPlanned}.
	 * @param poll the poll
	 * @return its key
	 */
	@Transactional
	long create(NewPoll poll) {
		KeyHolder key = new GeneratedKeyHolder();
		this.database.client()
			.sql("insert into poll (question, opens_at, closes_at) values (?, ?, ?)")
			.params(poll.question(), Objects.requireNonNullElseGet(poll.opensAt(), this::now), poll.closesAt())
			.update(key, "id");
		long id = Objects.requireNonNull(key.getKey()).longValue();
		this.database.client()
			.sql("insert into choice (poll_id, answer, votes) values (:id, 'yes', 0), (:id, 'no', 0), (:id, 'I do not mind', 0)")
			.param("id", id)
			.update();
		this.publisher.publishEvent(new PollPlanned(id));
		return id;
	}

	/**
	 * Sets the end of a poll that has not closed.
	 * @param id the key of the poll
	 * @param closesAt until when it is open
	 * @return whether there is such a poll
	 */
	@Transactional
	boolean move(long id, OffsetDateTime closesAt) {
		int moved = this.database.client()
			.sql("update poll set closes_at = ? where id = ? and state <> 'CLOSED'")
			.params(closesAt, id)
			.update();
		if (moved > 0) {
			this.publisher.publishEvent(new PollPlanned(id));
		}
		return moved > 0;
	}

	/**
	 * Writes down what was done with a poll. Each can be done once only: a second row
	 * would violate the key of the table. To be called in the transaction that does it.
	 * @param id the key of the poll
	 * @param kind what was done
	 */
	@Transactional
	void record(long id, String kind) {
		this.database.client()
			.sql("insert into poll_event (poll_id, kind, at, instance) values (?, ?, ?, ?)")
			.params(id, kind, now(), this.instance)
			.update();
		this.publisher.publishEvent(new PollChanged(id));
	}

	Poll find(long id) {
		return this.database.client().sql("""
				select poll.id, poll.question, poll.closes_at as closesAt,
					(select coalesce(sum(choice.votes), 0) from choice where choice.poll_id = poll.id) as votes
				from poll where poll.id = ?
				""").param(id).query(Poll.class).single();
	}

	String instance() {
		return this.instance;
	}

	private OffsetDateTime now() {
		return OffsetDateTime.now(this.clock);
	}

}
