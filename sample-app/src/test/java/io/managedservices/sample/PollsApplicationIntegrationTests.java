// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

import io.managedservices.ManagedServices;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceDependency;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the application as it is, on H2.
 */
@ExtendWith(OutputCaptureExtension.class)
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class PollsApplicationIntegrationTests {

	@LocalServerPort
	private int port;

	@Autowired
	private ManagedServices services;

	@Autowired
	private JdbcClient client;

	@BeforeEach
	void startServices() throws Exception {
		this.services.start().get(30, TimeUnit.SECONDS);
	}

	@Test
	void pollsWhenPollBookRunsAreServed() {
		HttpProbe.Answer answer = get("/polls");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.body().split("\"question\":")).hasSize(201);
		assertThat(answer.body()).contains("Shall the youth parliament be in Tartu?");
	}

	@Test
	void voteWhenBallotBoxRunsIsTakenAndWritten() throws Exception {
		long before = votesOfPoll200();
		assertThat(vote(200)).isEqualTo(202);
		Awaitility.await().until(() -> votesOfPoll200() == before + 1);
		assertThat(vote(200)).isEqualTo(202);
		this.services.stop().get(30, TimeUnit.SECONDS);
		assertThat(votesOfPoll200()).isEqualTo(before + 2);
		assertThat(vote(200)).isEqualTo(503);
	}

	@Test
	void voteWhenBallotBoxHasQuiescedIs503() throws Exception {
		this.services.quiesce().get(30, TimeUnit.SECONDS);
		assertThat(vote(201)).isEqualTo(503);
		assertThat(get("/polls").status()).isEqualTo(200);
		this.services.stop().get(30, TimeUnit.SECONDS);
		this.services.start().get(30, TimeUnit.SECONDS);
		assertThat(vote(201)).isEqualTo(202);
	}

	private int vote(int poll) throws Exception {
		return HttpClient.newHttpClient()
			.send(HttpRequest
				.newBuilder(URI.create("http://localhost:" + this.port + "/polls/" + poll + "/votes?answer=yes"))
				.POST(HttpRequest.BodyPublishers.noBody())
				.build(), HttpResponse.BodyHandlers.discarding())
			.statusCode();
	}

	private long votesOfPoll200() {
		return this.client.sql("select votes from choice where poll_id = 200 and answer = 'yes'")
			.query(Long.class)
			.single();
	}

	@Test
	void votesOverTheSocketAreTakenWrittenAndScored() throws Exception {
		long before = votesOfPoll200();
		int socketPort = this.services.awaitProvided("voteListener", Integer.class, Duration.ofSeconds(10));
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), socketPort);
				PrintWriter votes = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.UTF_8);
				BufferedReader answers = new BufferedReader(
						new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
			votes.println("200 yes");
			assertThat(answers.readLine()).isEqualTo("taken");
			votes.println("two hundred");
			assertThat(answers.readLine()).isEqualTo("expected the number of a poll, found 'two'");
		}
		Awaitility.await().until(() -> votesOfPoll200() == before + 1);
		Awaitility.await().untilAsserted(() -> assertThat(get("/scores").body()).contains("\"200\":"));
	}

	@Test
	void pollThatClosesIsTold(CapturedOutput output) {
		List<Object> told = new CopyOnWriteArrayList<>();
		LifecycleListener listener = (event) -> {
			if (event instanceof LifecycleEvent.Emitted emitted) {
				told.add(emitted.event());
			}
		};
		this.services.addListener(listener);
		long id = create("{\"question\": \"Told?\", \"closesAt\": \"%s\"}".formatted(Instant.now().plusSeconds(3)));
		try {
			Awaitility.await().until(() -> get("/polls").body().contains("Told?"));
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat(told).anySatisfy((event) -> assertThat(event)
					.isInstanceOfSatisfying(PollClosed.class, (closed) -> assertThat(closed.id()).isEqualTo(id))));
			Awaitility.await().until(() -> output.getOut().contains("'Told?' has closed"));
			assertThat(get("/polls").body()).doesNotContain("Told?");
			assertThat(this.client.sql("select kind from poll_event where poll_id = ?")
				.param(id)
				.query(String.class)
				.list()).containsExactlyInAnyOrder("OPENED", "CLOSED");
		}
		finally {
			this.services.removeListener(listener);
			for (String table : List.of("poll_event where poll_id", "choice where poll_id", "poll where id")) {
				this.client.sql("delete from " + table + " = ?").param(id).update();
			}
		}
	}

	@Test
	void pollThatMakesNoSenseIsRejectedWithAProblem() {
		String poll = "{\"question\": \"%s\", \"closesAt\": \"%s\"}";
		String later = "2040-01-01T00:00:00Z";
		for (String invalid : List.of("{\"question\": \"When?\"}", "{\"closesAt\": \"2040-01-01T00:00:00Z\"}",
				"{\"question\": \"When?\", \"opensAt\": \"2040-01-01T00:00:00Z\", \"closesAt\": \"2040-01-01T00:00:00Z\"}",
				poll.formatted("x".repeat(201), later), poll.formatted("x".repeat(70_000), later),
				poll.formatted(" ", later), poll.formatted("a\\u0000b", later), poll.formatted("a\\ud800b", later),
				poll.formatted("When?", "+99999-01-01T00:00:00Z"), poll.formatted("When?", "-0001-01-01T00:00:00Z"),
				poll.formatted("When?", "soon"), "{", "", "[]", "null")) {
			HttpResponse<String> response = post(invalid);
			assertThat(response.statusCode()).as(invalid).isEqualTo(400);
			assertThat(response.headers().firstValue("Content-Type")).as(invalid).contains("application/problem+json");
		}
		assertThat(JsonPath.parse(post(poll.formatted("x".repeat(201), later)).body()).<String>read("$.detail"))
			.isEqualTo("Invalid question: expected at most 200 characters, found 201.");
	}

	@Test
	void pollWhoseQuestionIsAsLongAsItMayBeIsTaken() {
		String poll = "{\"question\": \"%s\", \"opensAt\": \"2039-01-01T00:00:00Z\", \"closesAt\": \"2040-01-01T00:00:00Z\"}";
		long id = create(poll.formatted("x".repeat(200)));
		for (String table : List.of("choice where poll_id", "poll_event where poll_id", "poll where id")) {
			this.client.sql("delete from " + table + " = ?").param(id).update();
		}
	}

	@Test
	void voteThatMakesNoSenseIsRejectedWithAProblem() throws Exception {
		for (String path : List.of("/polls/200/votes?answer=" + "x".repeat(41), "/polls/200/votes?answer=%00",
				"/polls/200/votes?answer=", "/polls/200/votes", "/polls/two/votes?answer=yes",
				"/polls/99999999999999999999/votes?answer=yes")) {
			assertThat(send("POST", path)).as(path).isEqualTo("400 application/problem+json");
		}
		for (String path : List.of("/polls/200?closesAt=soon", "/polls/200",
				"/polls/200?closesAt=%2B99999-01-01T00:00:00Z", "/polls/two?closesAt=2040-01-01T00:00:00Z")) {
			assertThat(send("PATCH", path)).as(path).isEqualTo("400 application/problem+json");
		}
		assertThat(send("PATCH", "/polls/-1?closesAt=2040-01-01T00:00:00Z")).isEqualTo("404 application/problem+json");
	}

	private String send(String method, String path) throws Exception {
		HttpResponse<Void> response = HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path))
				.method(method, HttpRequest.BodyPublishers.noBody())
				.build(), HttpResponse.BodyHandlers.discarding());
		return response.statusCode() + " " + response.headers().firstValue("Content-Type").orElse("");
	}

	@Test
	void pollWhenTheDatabaseServiceIsStoppedIs503() throws Exception {
		this.services.stop().get(30, TimeUnit.SECONDS);
		assertThat(post("{\"question\": \"Now?\", \"closesAt\": \"2040-01-01T00:00:00Z\"}").statusCode())
			.isEqualTo(503);
	}

	private long create(String poll) {
		HttpResponse<String> response = post(poll);
		assertThat(response.statusCode()).isEqualTo(201);
		return JsonPath.parse(response.body()).read("$.id", Long.class);
	}

	private HttpResponse<String> post(String poll) {
		try {
			return HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + "/polls"))
					.header("Content-Type", "application/json")
					.POST(HttpRequest.BodyPublishers.ofString(poll))
					.build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void itemServicesAreShown() {
		assertThat(get("/actuator/managedservices/pollClosing").body()).contains("\"items\":", "\"armed\":");
		assertThat(this.services.snapshots()).extracting(ServiceSnapshot::name)
			.contains("pollOpening", "pollClosing")
			.doesNotContain("pollReminder");
	}

	@Test
	void workOfStatisticsIsShown() {
		HttpProbe.Answer answer = get("/actuator/managedservices/statistics");
		assertThat(answer.body()).contains("\"work\":", "\"recount\"");
	}

	@Test
	void votesWhenStatisticsRunAreServed() {
		HttpProbe.Answer answer = get("/votes");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.body()).contains("\"count\":200");
	}

	@Test
	void pollsWhenPollBookIsStoppedAre503UntilItRunsAgain() throws Exception {
		this.services.stop().get(30, TimeUnit.SECONDS);
		HttpProbe.Answer answer = get("/polls");
		assertThat(answer.status()).isEqualTo(503);
		assertThat(answer.body()).contains("\"status\":503", "pollBook");
		assertThat(get("/actuator/health/readiness").status()).isEqualTo(503);
		this.services.start().get(30, TimeUnit.SECONDS);
		assertThat(get("/polls").status()).isEqualTo(200);
		assertThat(get("/actuator/health/readiness").status()).isEqualTo(200);
	}

	@Test
	void databaseWhenStartedTwiceIsSeededOnce() throws Exception {
		this.services.stop().get(30, TimeUnit.SECONDS);
		this.services.start().get(30, TimeUnit.SECONDS);
		assertThat(count("poll")).isEqualTo(300);
		assertThat(count("choice")).isEqualTo(900);
	}

	@Test
	void dependenciesAreThoseOfInjectionAndOfTheAnnotation() {
		assertThat(dependencies("database")).containsExactly("REQUIRED connection");
		assertThat(dependencies("pollBook")).containsExactly("REQUIRED database");
		assertThat(dependencies("pollOpening")).containsExactly("REQUIRED database");
		assertThat(dependencies("pollClosing")).containsExactly("REQUIRED database");
		assertThat(dependencies("statistics")).containsExactly("REQUIRED pollBook");
		assertThat(dependencies("notifier")).containsExactlyInAnyOrder("REQUIRED pollBook", "AFTER statistics");
		assertThat(this.services.snapshot("statistics").service().required()).isFalse();
	}

	@Test
	void healthNamesEachService() {
		HttpProbe.Answer answer = get("/actuator/health");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.body()).contains("managedServices", "connection", "database", "pollBook", "statistics",
				"notifier");
	}

	private HttpProbe.Answer get(String path) {
		return new HttpProbe(this.port, path).ask();
	}

	private int count(String table) {
		return this.client.sql("select count(*) from " + table).query(Integer.class).single();
	}

	private Stream<String> dependencies(String service) {
		return this.services.snapshot(service)
			.service()
			.dependencies()
			.stream()
			.map((ServiceDependency dependency) -> dependency.kind() + " " + dependency.name());
	}

}
