// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;

import javax.sql.DataSource;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What the service {@code digest} has written about itself, by the clock of the database.
 * Immutable, but for the database.
 */
final class DigestAudit {

	/** With another one, by a later hold of the lease, that began before its end. */
	private static final String OVERLAPPED = """
			select count(*) from digest_attempt one where ended_at is not null and %s and exists (
				select 1 from digest_attempt other where other.fence > one.fence and other.began_at < one.ended_at)
			""";

	/** That were accepted, while another instance began one. */
	private static final String MET = """
			select one.instance, other.instance, other.began_at from digest_attempt one join digest_attempt other
			on other.instance <> one.instance and other.began_at >= one.began_at and other.began_at < one.ended_at
			where one.accepted
			""";

	private final JdbcClient client;

	DigestAudit(DataSource dataSource) {
		this.client = JdbcClient.create(dataSource);
	}

	/**
	 * Lets the begin of an attempt take so long that most of the time one is under way.
	 * @param time how long
	 */
	void slowDown(Duration time) {
		this.client.sql("""
				create function take_time_to_begin() returns trigger language plpgsql as
				$$ begin perform pg_sleep(%s); return new; end $$
				""".formatted(time.toMillis() / 1000.0)).update();
		this.client
			.sql("create trigger take_time_to_begin before insert on digest_attempt for each row"
					+ " execute function take_time_to_begin()")
			.update();
	}

	int accepted() {
		return count("select count(*) from digest_attempt where accepted");
	}

	int refused() {
		return count("select count(*) from digest_attempt where ended_at is not null and not accepted");
	}

	int cutShort() {
		return count("select count(*) from digest_attempt where ended_at is null");
	}

	/**
	 * Those that were accepted, and another one began before their end. There must be
	 * none.
	 * @return how many
	 */
	int overlapping() {
		return count(OVERLAPPED.formatted("one.accepted"));
	}

	int overlappingRefused() {
		return count(OVERLAPPED.formatted("not one.accepted"));
	}

	/**
	 * Those that were accepted, and another instance began one before their end. Needs no
	 * fencing numbers.
	 * @return all of them
	 */
	List<Meeting> meetings() {
		return this.client.sql(MET)
			.query((row, number) -> new Meeting(Set.of(row.getString(1), row.getString(2)),
					row.getObject(3, OffsetDateTime.class).toInstant()))
			.list();
	}

	int holds() {
		return count("select count(distinct fence) from digest_attempt");
	}

	/**
	 * How often the next attempt was that of another instance.
	 * @return how often
	 */
	int handovers() {
		return count("select count(*) from (select instance, lag(instance) over (order by id) as previous"
				+ " from digest_attempt) as pairs where instance <> previous");
	}

	/**
	 * Fencing numbers that two instances had, or that were accepted after a higher one.
	 * @return how many
	 */
	int fencesOutOfOrder() {
		return count("select count(*) from (select fence from digest_attempt group by fence"
				+ " having count(distinct instance) > 1) as shared")
				+ count("select count(*) from (select fence, max(fence) over (order by ended_at) as highest"
						+ " from digest_attempt where accepted) as accepted where fence < highest");
	}

	private int count(String sql) {
		return this.client.sql(sql).query(Integer.class).single();
	}

	/**
	 * Who has begun the newest attempt.
	 * @return the name of the instance
	 */
	String holder() {
		return this.client.sql("select instance from digest_attempt order by fence desc, id desc limit 1")
			.query(String.class)
			.single();
	}

	boolean isAnyAcceptedAfter(Instant time) {
		return this.client.sql("select exists (select 1 from digest_attempt where accepted and ended_at > ?)")
			.param(time.atOffset(ZoneOffset.UTC))
			.query(Boolean.class)
			.single();
	}

	/**
	 * The longest time between two that were accepted, one after the other.
	 * @param since when the second one ended at the earliest
	 * @return the time
	 */
	Duration longestPause(Instant since) {
		return millis("""
				select max(ended_at - previous) from (
					select ended_at, lag(ended_at) over (order by ended_at) as previous
					from digest_attempt where accepted) as pauses
				where ended_at > ?
				""", since);
	}

	/**
	 * How long nothing was accepted from a time on.
	 * @param since the time
	 * @return how long
	 */
	Duration pauseFrom(Instant since) {
		return millis(
				"select min(ended_at) - cast(:since as timestamptz) from digest_attempt where accepted and ended_at > :since"
					.replace(":since", "?"),
				since, since);
	}

	private Duration millis(String interval, Instant... times) {
		JdbcClient.StatementSpec statement = this.client
			.sql("select cast(extract(epoch from (" + interval + ")) * 1000 as bigint)");
		for (Instant time : times) {
			statement = statement.param(time.atOffset(ZoneOffset.UTC));
		}
		return Duration.ofMillis(statement.query(Long.class).single());
	}

	/**
	 * Two instances that acted at once.
	 *
	 * @param instances who
	 * @param at when the second one began
	 */
	record Meeting(Set<String> instances, Instant at) {

	}

}
