// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.init.DatabasePopulatorUtils;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.mail.SimpleMailMessage;
import org.springframework.mail.javamail.JavaMailSender;

import io.managedservices.ServiceContext;
import io.managedservices.lease.Lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests the statements of {@link Digest} on PostgreSQL.
 */
class DigestTests {

	private static final Duration PATIENCE = Duration.ofMinutes(3);

	private final JavaMailSender mail = Mockito.mock(JavaMailSender.class);

	private EmbeddedPostgres postgres;

	private JdbcClient client;

	private Digest digest;

	@BeforeEach
	void create() throws Exception {
		this.postgres = EmbeddedPostgres.builder()
			.setServerConfig("unix_socket_directories", "")
			.setPGStartupWait(PATIENCE)
			.start();
		DatabasePopulatorUtils.execute(new ResourceDatabasePopulator(new ClassPathResource("polls/schema.sql"),
				new ClassPathResource("polls/seed.sql")), this.postgres.getPostgresDatabase());
		this.client = JdbcClient.create(this.postgres.getPostgresDatabase());
		Database database = new Database(this.postgres.getPostgresDatabase(), this.client);
		Polls polls = new Polls(database, Clock.systemUTC(), (event) -> {
		}, "here");
		this.digest = new Digest(polls, database,
				new StaticListableBeanFactory(Map.of("mail", this.mail)).getBeanProvider(JavaMailSender.class),
				new ReminderProperties(Duration.ofHours(2), "polls@example.org", "members@example.org"),
				Duration.ofHours(1));
	}

	@AfterEach
	void close() throws Exception {
		this.postgres.close();
	}

	@Test
	void digestIsMailedOnceInItsPeriod() {
		this.digest.sendIfDue(heldBy(7));
		this.digest.sendIfDue(heldBy(7));
		this.digest.sendIfDue(heldBy(8));
		assertThat(attempts()).isEqualTo("here 7 true");
		Mockito.verify(this.mail)
			.send(Mockito.<SimpleMailMessage>argThat(
					(message) -> message.getText().contains("closed: 1") && message.getText().contains("open: ")));
	}

	@Test
	void digestWhenALaterHolderHasSentOneIsRefused() {
		this.client.sql("update digest set fence = 8").update();
		this.digest.sendIfDue(heldBy(7));
		assertThat(attempts()).isEqualTo("here 7 false");
		Mockito.verifyNoInteractions(this.mail);
	}

	@Test
	void digestWhenTheLeaseHasNoFenceIsMailedOnceInItsPeriod() {
		this.client.sql("update digest set fence = 8").update();
		ServiceContext context = heldWithoutFence();
		this.digest.sendIfDue(context);
		this.digest.sendIfDue(context);
		assertThat(attempts()).isEqualTo("here 0 true");
		Mockito.verify(this.mail).send(Mockito.<SimpleMailMessage>any());
	}

	@Test
	void digestWhenTheLeaseHasNoFenceAndIsLostMeanwhileIsNotSent() {
		ServiceContext context = heldWithoutFence();
		Lease lease = context.lease();
		Mockito.doNothing().doThrow(new IllegalStateException("lost")).when(lease).ensureHeld();
		assertThatIllegalStateException().isThrownBy(() -> this.digest.sendIfDue(context)).withMessage("lost");
		assertThat(this.client.sql("select accepted from digest_attempt").query(Boolean.class).list())
			.containsExactly(false);
		Mockito.verifyNoInteractions(this.mail);
	}

	private String attempts() {
		return this.client
			.sql("select string_agg(instance || ' ' || fence || ' ' || accepted, ',') from digest_attempt"
					+ " where ended_at >= began_at")
			.query(String.class)
			.single();
	}

	private static ServiceContext heldBy(long fence) {
		Lease lease = Mockito.mock(Lease.class);
		Mockito.when(lease.fence()).thenReturn(fence);
		return with(lease);
	}

	private static ServiceContext heldWithoutFence() {
		Lease lease = Mockito.mock(Lease.class);
		Mockito.when(lease.fence()).thenThrow(UnsupportedOperationException.class);
		return with(lease);
	}

	private static ServiceContext with(Lease lease) {
		ServiceContext context = Mockito.mock(ServiceContext.class);
		Mockito.when(context.lease()).thenReturn(lease);
		return context;
	}

}
