// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.managedservices.ManagedServices;
import io.managedservices.test.SimulatedTime;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the application on H2, with a real mail server, in simulated time. That stands
 * still while the application starts, so that nothing would be tried again then: the
 * first connection has as long as it takes.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "polls.reminder.before=10m", "polls.instance=here", "polls.reload-interval=1h",
				"polls.write-interval=1h", "managed-services.gates.connection.interval=1h",
				"managed-services.defaults.health.interval=1h", "spring.datasource.hikari.connection-timeout=120000" })
class PollItemsIntegrationTests {

	private static final ServerSetup SMTP = new ServerSetup(FreePort.find(), "127.0.0.1", ServerSetup.PROTOCOL_SMTP);

	private final GreenMail mail = new GreenMail(SMTP);

	@LocalServerPort
	private int port;

	@Autowired
	private SimulatedTime time;

	@Autowired
	private Polls polls;

	@Autowired
	private ManagedServices services;

	@Autowired
	private JdbcClient client;

	@DynamicPropertySource
	static void mailServer(DynamicPropertyRegistry registry) {
		registry.add("spring.mail.host", SMTP::getBindAddress);
		registry.add("spring.mail.port", SMTP::getPort);
	}

	@BeforeEach
	void startMailServer() {
		this.mail.start();
	}

	@AfterEach
	void stopMailServer() {
		this.mail.stop();
	}

	@Test
	void pollIsOpenForAMonth() {
		long id = this.polls.create(new NewPoll("Tea or coffee?", null, in(Duration.ofDays(30))));
		this.time.advance(Duration.ofDays(30).minusMillis(1));
		assertThat(state(id)).isEqualTo("OPEN");
		this.time.advance(Duration.ofMillis(1));
		assertThat(state(id)).isEqualTo("CLOSED");
	}

	@Test
	void pollOpensAndClosesAtItsTime() {
		OffsetDateTime opensAt = in(Duration.ofHours(1));
		OffsetDateTime closesAt = in(Duration.ofHours(3));
		long id = this.polls.create(new NewPoll("Aarhus, or else?", opensAt, closesAt));
		this.time.advance(Duration.ofMinutes(60).minusMillis(1));
		assertThat(state(id)).isEqualTo("PLANNED");
		assertThat(openPolls()).doesNotContain("Aarhus, or else?");
		this.time.advance(Duration.ofMillis(1));
		assertThat(state(id)).isEqualTo("OPEN");
		assertThat(openPolls()).contains("Aarhus, or else?");
		this.time.advance(Duration.ofHours(2).minusMillis(1));
		assertThat(state(id)).isEqualTo("OPEN");
		assertThat(openPolls()).contains("Aarhus, or else?");
		this.time.advance(Duration.ofMillis(1));
		assertThat(state(id)).isEqualTo("CLOSED");
		assertThat(openPolls()).doesNotContain("Aarhus, or else?");
		this.time.advance(Duration.ofHours(1));
		assertThat(events(id)).containsExactly(new Event("OPENED", opensAt.toInstant(), "here"),
				new Event("REMINDED", closesAt.minusMinutes(10).toInstant(), "here"),
				new Event("CLOSED", closesAt.toInstant(), "here"));
	}

	@Test
	void pollWhoseEndIsMovedClosesThen() throws Exception {
		long id = this.polls.create(new NewPoll("Bergen?", null, in(Duration.ofHours(1))));
		OffsetDateTime closesAt = in(Duration.ofHours(2));
		assertThat(move(id, closesAt)).isEqualTo(204);
		this.time.advance(Duration.ofHours(1));
		assertThat(state(id)).isEqualTo("OPEN");
		this.time.advance(Duration.ofHours(1));
		assertThat(state(id)).isEqualTo("CLOSED");
		assertThat(events(id)).contains(new Event("CLOSED", closesAt.toInstant(), "here"));
		assertThat(move(id, in(Duration.ofHours(1)))).isEqualTo(404);
	}

	@Test
	void pollWhoseTimesPassWhileNothingRunsIsOpenedAndThenClosed() throws Exception {
		long id = this.polls.create(new NewPoll("Cork?", in(Duration.ofHours(1)), in(Duration.ofHours(2))));
		this.services.stop().get(30, TimeUnit.SECONDS);
		this.time.advance(Duration.ofHours(3));
		assertThat(state(id)).isEqualTo("PLANNED");
		this.services.start().get(30, TimeUnit.SECONDS);
		this.time.advance(Duration.ofSeconds(5));
		assertThat(state(id)).isEqualTo("CLOSED");
		assertThat(events(id)).extracting(Event::kind).contains("OPENED", "CLOSED").doesNotHaveDuplicates();
	}

	@Test
	void reminderIsSentBeforeTheEnd() throws Exception {
		OffsetDateTime closesAt = in(Duration.ofHours(1));
		this.polls.create(new NewPoll("Delft?", null, closesAt));
		this.time.advance(Duration.ofMinutes(50).minusMillis(1));
		assertThat(mailsAbout("Delft?")).isEmpty();
		this.time.advance(Duration.ofMillis(1));
		assertThat(mailsAbout("Delft?")).singleElement().satisfies((message) -> {
			assertThat(message.getSubject()).isEqualTo("Closes soon: Delft?");
			assertThat(message.getFrom()).extracting(Object::toString).containsExactly("polls@example.org");
			assertThat(message.getRecipients(Message.RecipientType.TO)).extracting(Object::toString)
				.containsExactly("members@example.org");
			assertThat(GreenMailUtil.getBody(message))
				.isEqualTo("'Delft?' closes at %s. 0 have voted so far.".formatted(closesAt));
		});
		this.time.advance(Duration.ofMinutes(20));
		assertThat(mailsAbout("Delft?")).hasSize(1);
	}

	@Test
	void reminderWhenTheMailServerIsDownIsSentOnceWhenItIsBack() throws Exception {
		this.mail.stop();
		long id = this.polls.create(new NewPoll("Evora?", null, in(Duration.ofHours(1))));
		this.time.advance(Duration.ofMinutes(51));
		assertThat(events(id)).extracting(Event::kind).containsExactly("OPENED");
		assertThat(get("/actuator/managedservices/pollReminder")).contains("MailConnectException", "\"" + id + "\"");
		this.mail.start();
		this.time.advance(Duration.ofMinutes(5));
		assertThat(mailsAbout("Evora?")).hasSize(1);
		this.time.advance(Duration.ofMinutes(30));
		assertThat(mailsAbout("Evora?")).hasSize(1);
		assertThat(events(id)).extracting(Event::kind).containsExactly("OPENED", "REMINDED", "CLOSED");
	}

	@Test
	void reminderWhenTheMailServerIsDownUntilTheEndIsNotSent() throws Exception {
		this.mail.stop();
		long id = this.polls.create(new NewPoll("Faro?", null, in(Duration.ofHours(1))));
		this.time.advance(Duration.ofHours(2));
		this.mail.start();
		this.time.advance(Duration.ofHours(1));
		assertThat(mailsAbout("Faro?")).isEmpty();
		assertThat(events(id)).extracting(Event::kind).containsExactly("OPENED", "CLOSED");
	}

	private OffsetDateTime in(Duration duration) {
		return OffsetDateTime.now(this.time.clock()).plus(duration);
	}

	private String state(long id) {
		return this.client.sql("select state from poll where id = ?").param(id).query(String.class).single();
	}

	private List<Event> events(long id) {
		return this.client.sql("select kind, at, instance from poll_event where poll_id = ? order by at, kind")
			.param(id)
			.query((row, number) -> new Event(row.getString("kind"),
					row.getObject("at", OffsetDateTime.class).toInstant(), row.getString("instance")))
			.list();
	}

	private List<MimeMessage> mailsAbout(String question) throws MessagingException {
		List<MimeMessage> messages = new ArrayList<>();
		for (MimeMessage message : this.mail.getReceivedMessages()) {
			if (message.getSubject().contains(question)) {
				messages.add(message);
			}
		}
		return messages;
	}

	private String openPolls() {
		return get("/polls");
	}

	private String get(String path) {
		return new HttpProbe(this.port, path).ask().body();
	}

	private int move(long id, OffsetDateTime closesAt) throws IOException, InterruptedException {
		return HttpClient.newHttpClient()
			.send(HttpRequest
				.newBuilder(URI.create("http://localhost:" + this.port + "/polls/" + id + "?closesAt=" + closesAt))
				.method("PATCH", HttpRequest.BodyPublishers.noBody())
				.build(), HttpResponse.BodyHandlers.discarding())
			.statusCode();
	}

	/**
	 * What was done with a poll.
	 *
	 * @param kind what
	 * @param at when
	 * @param instance by whom
	 */
	private record Event(String kind, Instant at, String instance) {

	}

	@TestConfiguration
	static class Time {

		@Bean
		SimulatedTime simulatedTime() {
			return SimulatedTime.startingAt(Instant.now().truncatedTo(ChronoUnit.SECONDS));
		}

		@Bean
		@Primary
		Clock testClock(SimulatedTime time) {
			return time.clock();
		}

	}

}
