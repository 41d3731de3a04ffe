// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.time.Duration;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Profile;
import org.springframework.mail.SimpleMailMessage;
import org.springframework.mail.javamail.JavaMailSender;

import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;
import io.managedservices.lease.Lease;
import io.managedservices.work.Task;

/**
 * Mails a summary of all polls once an hour, from one of all instances: the service
 * {@code digest}. The database refuses the write of an instance that has lost the lease
 * without noticing, as one that was frozen, if the leases have fencing numbers: those in
 * Redis have none. The mail goes out after that write: at most once. Safe for use by
 * several threads.
 */
@ManagedService(lease = "digest")
@Profile("cluster")
class Digest {

	private static final String DUE = "select count(*) from digest where sent_at <= clock_timestamp() - cast(? as interval)";

	private static final String BEGIN = "insert into digest_attempt (instance, fence, began_at) values (?, ?, clock_timestamp()) returning id";

	private static final long NO_FENCE = 0;

	private static final String SEND = """
			with sent as (update digest set sent_at = clock_timestamp(), fence = :fence
				where fence <= :fence or :fence = 0 returning fence)
			update digest_attempt set ended_at = clock_timestamp(), accepted = exists (select 1 from sent)
			where id = :id returning accepted
			""";

	private final Polls polls;

	private final Database database;

	private final ObjectProvider<JavaMailSender> mail;

	private final ReminderProperties addresses;

	private final String period;

	Digest(Polls polls, Database database, ObjectProvider<JavaMailSender> mail, ReminderProperties addresses,
			@Value("${polls.digest.period}") Duration period) {
		this.polls = polls;
		this.database = database;
		this.mail = mail;
		this.addresses = addresses;
		this.period = period.toString();
	}

	@Task(every = "${polls.digest.check}", initialDelay = "0s")
	void sendIfDue(ServiceContext context) {
		if (this.database.client().sql(DUE).param(this.period).query(Integer.class).single() > 0) {
			send(context.lease());
		}
	}

	private void send(Lease lease) {
		lease.ensureHeld();
		long fence = fence(lease);
		Long attempt = this.database.client()
			.sql(BEGIN)
			.params(this.polls.instance(), fence)
			.query(Long.class)
			.single();
		if (fence == NO_FENCE) {
			// Nothing would refuse the write: this leaves the gap as short as can be.
			lease.ensureHeld();
		}
		boolean newest = this.database.client()
			.sql(SEND)
			.param("fence", fence)
			.param("id", attempt)
			.query(Boolean.class)
			.single();
		if (newest) {
			this.mail.ifAvailable((sender) -> sender.send(summary()));
		}
	}

	private static long fence(Lease lease) {
		try {
			return lease.fence();
		}
		catch (UnsupportedOperationException ex) {
			return NO_FENCE;
		}
	}

	private SimpleMailMessage summary() {
		SimpleMailMessage message = new SimpleMailMessage();
		message.setFrom(this.addresses.from());
		message.setTo(this.addresses.to());
		message.setSubject("Polls of this hour");
		message.setText(String.join("\n",
				this.database.client()
					.sql("select lower(state) || ': ' || count(*) from poll group by state order by state")
					.query(String.class)
					.list()));
		return message;
	}

}
