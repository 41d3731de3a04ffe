// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that create polls over HTTP, one after the other, until the application has
 * died. They note what was acknowledged, and try nothing again. Safe for use by several
 * threads.
 */
final class PollWriters implements AutoCloseable {

	private static final int WRITERS = 8;

	private static final Pattern ID = Pattern.compile("\\{\"id\":(\\d+)\\}");

	/** Those that do not close while the test runs. */
	private static final Duration LATER = Duration.ofDays(300);

	/** What was answered with something else than 201. */
	final AtomicInteger refused = new AtomicInteger();

	private final HttpClient client = HttpClient.newHttpClient();

	private final ExecutorService writers = Executors.newFixedThreadPool(WRITERS);

	private final URI uri;

	private final Map<Long, Instant> acknowledged;

	/**
	 * Create clients that begin at once.
	 * @param port of the application
	 * @param acknowledged takes the ends of the polls by their keys, safe for use by
	 * several threads
	 * @param random decides when polls end
	 */
	PollWriters(int port, Map<Long, Instant> acknowledged, Random random) {
		this.uri = URI.create("http://localhost:" + port + "/polls");
		this.acknowledged = acknowledged;
		for (int writer = 0; writer < WRITERS; writer++) {
			Random own = new Random(random.nextLong());
			Future<?> unused = this.writers.submit(() -> write(own));
		}
		this.writers.shutdown();
	}

	/**
	 * Waits until the application has died.
	 */
	void awaitEnd() throws InterruptedException {
		assertThat(this.writers.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
	}

	private void write(Random random) {
		try {
			while (!Thread.currentThread().isInterrupted()) {
				Duration length = random.nextBoolean() ? Duration.ofMillis(1 + random.nextInt(3000)) : LATER;
				create(Instant.now().plus(length).truncatedTo(ChronoUnit.MICROS));
			}
		}
		catch (IOException ex) {
			// It has died.
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void create(Instant closesAt) throws IOException, InterruptedException {
		String poll = "{\"question\":\"Kept?\",\"closesAt\":\"%s\"}".formatted(closesAt);
		HttpResponse<String> response = this.client.send(HttpRequest.newBuilder(this.uri)
			.header("Content-Type", "application/json")
			.timeout(Duration.ofMinutes(1))
			.POST(HttpRequest.BodyPublishers.ofString(poll))
			.build(), HttpResponse.BodyHandlers.ofString());
		Matcher id = ID.matcher(response.body());
		if (response.statusCode() == 201 && id.matches()) {
			this.acknowledged.put(Long.valueOf(id.group(1)), closesAt);
		}
		else {
			this.refused.incrementAndGet();
		}
	}

	@Override
	public void close() {
		this.writers.shutdownNow();
	}

}
