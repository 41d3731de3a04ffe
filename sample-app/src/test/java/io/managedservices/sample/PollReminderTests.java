// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.init.DatabasePopulatorUtils;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.mail.SimpleMailMessage;
import org.springframework.mail.javamail.JavaMailSender;

import io.managedservices.item.DueItem;
import io.managedservices.item.ItemScheduler;
import io.managedservices.item.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests the statements of {@link PollReminder} on both databases, as they are written.
 */
class PollReminderTests {

	private static final Instant NOW = Instant.parse("2030-01-31T12:00:00Z");

	private static final Duration PATIENCE = Duration.ofMinutes(3);

	private final JavaMailSender mail = Mockito.mock(JavaMailSender.class);

	@Test
	void statementsOnPostgresFindAndRemindEachPollOnce() throws Exception {
		try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
			.setServerConfig("unix_socket_directories", "")
			.setPGStartupWait(PATIENCE)
			.start()) {
			remind(postgres.getPostgresDatabase());
		}
	}

	@Test
	void statementsOnH2FindAndRemindEachPollOnce() throws Exception {
		JdbcConnectionPool database = JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID(), "sa", "");
		try {
			remind(database);
		}
		finally {
			database.dispose();
		}
	}

	private void remind(DataSource dataSource) throws Exception {
		DatabasePopulatorUtils.execute(new ResourceDatabasePopulator(new ClassPathResource("polls/schema.sql")),
				dataSource);
		JdbcClient client = JdbcClient.create(dataSource);
		poll(client, 1, "OPEN", hours(-5), hours(-1), false);
		poll(client, 2, "OPEN", hours(-5), hours(1), false);
		poll(client, 3, "OPEN", hours(-5), hours(4), false);
		poll(client, 4, "PLANNED", hours(3), hours(4), false);
		poll(client, 5, "OPEN", hours(-5), hours(100), false);
		poll(client, 6, "OPEN", hours(-5), hours(1), true);
		poll(client, 7, "CLOSED", hours(-5), hours(-1), false);
		poll(client, 8, "PLANNED", hours(-1), hours(2), false);
		PollReminder reminder = reminder(dataSource, client);
		try (Stream<DueItem<Long>> due = reminder.checkAll()) {
			assertThat(due).containsExactly(new DueItem<>(1L, hours(-3)), new DueItem<>(2L, hours(-1)),
					new DueItem<>(8L, hours(0)), new DueItem<>(3L, hours(2)), new DueItem<>(4L, hours(3)));
		}
		assertThat(List.of(1L, 2L, 3L, 4L, 5L, 8L)).extracting(reminder::checkOne)
			.containsExactly(hours(-3), hours(-1), hours(2), hours(3), hours(98), hours(0));
		assertThat(List.of(6L, 7L, 99L)).extracting(reminder::checkOne).containsOnlyNulls();
		assertThat(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L)).extracting(reminder::process)
			.containsExactly(Outcome.DONE, Outcome.DONE, Outcome.NOT_YET, Outcome.NOT_YET, Outcome.NOT_YET,
					Outcome.NOT_YET, Outcome.NOT_YET, Outcome.NOT_YET);
		assertThat(reminder.process(2L)).isEqualTo(Outcome.NOT_YET);
		assertThat(reminder.checkOne(2L)).isNull();
		assertThat(client.sql("select poll_id from poll_event where kind = 'REMINDED' order by 1")
			.query(Long.class)
			.list()).containsExactly(1L, 2L);
		Mockito.verify(this.mail, Mockito.times(2)).send(Mockito.any(SimpleMailMessage.class));
	}

	@SuppressWarnings("unchecked")
	private PollReminder reminder(DataSource dataSource, JdbcClient client) {
		Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
		Polls polls = new Polls(new Database(dataSource, client), clock, (event) -> {
		}, "here");
		// Two intervals reach as far as the last one but the fifth.
		return new PollReminder(dataSource, clock, polls, this.mail,
				new ReminderProperties(Duration.ofHours(2), "polls@example.org", "members@example.org"),
				Mockito.mock(ItemScheduler.class)) {

			@Override
			public Duration interval() {
				return Duration.ofHours(2);
			}

		};
	}

	private static void poll(JdbcClient client, long id, String state, Instant opensAt, Instant closesAt,
			boolean reminded) {
		client
			.sql("insert into poll (id, question, opens_at, closes_at, state, reminded) values (?, 'Tea?', ?, ?, ?, ?)")
			.params(id, opensAt.atOffset(ZoneOffset.UTC), closesAt.atOffset(ZoneOffset.UTC), state, reminded)
			.update();
	}

	private static Instant hours(int hours) {
		return NOW.plus(Duration.ofHours(hours));
	}

}
