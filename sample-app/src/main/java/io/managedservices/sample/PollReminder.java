// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.time.Clock;
import java.time.Duration;

import javax.sql.DataSource;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.event.EventListener;
import org.springframework.mail.SimpleMailMessage;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.transaction.annotation.Transactional;

import io.managedservices.ManagedService;
import io.managedservices.item.ItemScheduler;
import io.managedservices.item.Outcome;
import io.managedservices.item.jdbc.ItemSql;
import io.managedservices.item.jdbc.SqlItems;

/**
 * Reminds of each poll by email, some time before it closes: the service
 * {@code pollReminder}, which exists where there is a mail server. Safe for use by
 * several threads.
 */
@ManagedService
@ConditionalOnProperty("spring.mail.host")
class PollReminder extends SqlItems<Long> {

	private final Polls polls;

	private final JavaMailSender mail;

	private final ReminderProperties properties;

	private final ItemScheduler<Long> items;

	PollReminder(DataSource dataSource, Clock clock, Polls polls, JavaMailSender mail, ReminderProperties properties,
			ItemScheduler<Long> items) {
		super(dataSource, sql(properties.before()), clock);
		this.polls = polls;
		this.mail = mail;
		this.properties = properties;
		this.items = items;
	}

	private static ItemSql sql(Duration before) {
		String time = "greatest(opens_at, closes_at - interval '%d' second)".formatted(before.toSeconds());
		return new ItemSql(
				"update poll set reminded = true where id = :id and not reminded and state = 'OPEN' and %s <= :now"
					.formatted(time),
				"select id, %1$s from poll where not reminded and state <> 'CLOSED' and %1$s <= :until order by %1$s"
					.formatted(time),
				"select %s from poll where id = :id and not reminded and state <> 'CLOSED'".formatted(time));
	}

	/**
	 * Sends the email before the commit. If that fails everything is rolled back, and
	 * tried again later. If the process dies in between, or the commit fails, the email
	 * has gone out and goes out once more: at least once, where sending after the commit
	 * would be at most once. Meanwhile the row is locked, so that nobody else sends it;
	 * timeouts of the mail server keep that short.
	 */
	@Override
	@Transactional
	public Outcome process(Long id) throws Exception {
		Outcome outcome = super.process(id);
		if (outcome == Outcome.DONE) {
			this.polls.record(id, "REMINDED");
			this.mail.send(message(this.polls.find(id)));
		}
		return outcome;
	}

	private SimpleMailMessage message(Poll poll) {
		SimpleMailMessage message = new SimpleMailMessage();
		message.setFrom(this.properties.from());
		message.setTo(this.properties.to());
		message.setSubject("Closes soon: " + poll.question());
		message.setText(
				"'%s' closes at %s. %d have voted so far.".formatted(poll.question(), poll.closesAt(), poll.votes()));
		return message;
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
