// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The polls of a campaign, as they are in the database, and what has become of them.
 * Immutable, but for the database.
 */
final class CampaignPolls {

	private static final String QUESTION = "Campaign?";

	private static final String FROM_CLOSED = " from poll_event join poll on poll.id = poll_event.poll_id"
			+ " where poll.question = '" + QUESTION + "' and kind = 'CLOSED'";

	private final JdbcTemplate template;

	private final JdbcClient client;

	CampaignPolls(DataSource dataSource) {
		this.template = new JdbcTemplate(dataSource);
		this.client = JdbcClient.create(this.template);
	}

	/**
	 * Lets what is written down about a poll take a while, between the UPDATE that closes
	 * it and the commit. So there is always something in hand, half done.
	 * @param most how long
	 */
	void slowDown(Duration most) {
		this.template.execute("""
				create function take_time() returns trigger language plpgsql as
				$$ begin perform pg_sleep(random() * %s); return new; end $$
				""".formatted(most.toNanos() / 1e9));
		this.template.execute("create trigger take_time before insert on poll_event for each row"
				+ " when (new.kind = 'CLOSED') execute function take_time()");
	}

	/**
	 * Creates polls that are open. Nobody tells the application: it is only made to
	 * search soon.
	 * @param count how many
	 * @param begin the earliest end of one
	 * @param duration within which they end
	 * @param random decides when each ends
	 */
	void create(int count, Instant begin, Duration duration, Random random) {
		this.template.batchUpdate(
				"insert into poll (question, opens_at, closes_at, state) values ('%s', now(), ?, 'OPEN')"
					.formatted(QUESTION),
				IntStream.range(0, count)
					.mapToObj((
							poll) -> new Object[] { begin.plusMillis((long) (random.nextDouble() * duration.toMillis()))
								.atOffset(ZoneOffset.UTC) })
					.toList());
		this.client
			.sql("update managed_service_items set execution_time = now() where task_name = 'check-all:pollClosing'")
			.update();
	}

	int open() {
		return count("select count(*) from poll where state <> 'CLOSED' and question = '" + QUESTION + "'");
	}

	int closed() {
		return count("select count(*)" + FROM_CLOSED + " and poll.state = 'CLOSED'");
	}

	int closedEarly() {
		return count("select count(*)" + FROM_CLOSED + " and at < closes_at");
	}

	private int count(String sql) {
		return this.client.sql(sql).query(Integer.class).single();
	}

	/**
	 * How long after its time the last one was closed that was late.
	 * @return the largest lateness
	 */
	Duration lateness() {
		return this.client.sql("select closes_at, at" + FROM_CLOSED + " order by at - closes_at desc limit 1")
			.query((row, number) -> Duration.between(row.getObject("closes_at", OffsetDateTime.class),
					row.getObject("at", OffsetDateTime.class)))
			.single();
	}

	Map<String, Integer> closedByInstance() {
		return this.client.sql("select instance, count(*)" + FROM_CLOSED + " group by instance")
			.query((row, number) -> Map.entry(row.getString(1), row.getInt(2)))
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Integer::sum, TreeMap::new));
	}

}
