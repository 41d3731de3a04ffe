// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Instant;
import java.time.ZoneOffset;

import javax.sql.DataSource;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The tables of {@link Polls}, and what stands in them and in that of items.
 */
final class PollTables {

	private PollTables() {
	}

	static JdbcTemplate polls(DataSource database) {
		JdbcTemplate jdbc = new JdbcTemplate(database);
		jdbc.execute(
				"create table poll (id bigint primary key, closes_at timestamp with time zone, closed boolean not null)");
		jdbc.execute("create table audit (id bigint primary key)");
		return jdbc;
	}

	static void poll(JdbcTemplate jdbc, long id, Instant closesAt) {
		jdbc.update("insert into poll (id, closes_at, closed) values (?, ?, false)", id,
				closesAt.atOffset(ZoneOffset.UTC));
	}

	static int audited(JdbcTemplate jdbc) {
		return count(jdbc, "audit");
	}

	static int closed(JdbcTemplate jdbc) {
		return count(jdbc, "poll where closed");
	}

	static int rows(JdbcTemplate jdbc, String task) {
		return count(jdbc, "managed_service_items where task_name = '" + task + "'");
	}

	/**
	 * How often in a row an item of the polls has failed that is not in hand.
	 */
	static int failures(JdbcTemplate jdbc) {
		return jdbc.queryForList(
				"select consecutive_failures from managed_service_items where not picked and task_name = 'item:polls' and consecutive_failures > 0",
				Integer.class)
			.stream()
			.findFirst()
			.orElse(0);
	}

	private static int count(JdbcTemplate jdbc, String from) {
		Integer count = jdbc.queryForObject("select count(*) from " + from, Integer.class);
		return (count != null) ? count : 0;
	}

}
