// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Kills the packaged application while polls are written into its database, a file of H2.
 * How often is set by a system property, {@code kills.count}.
 */
class KilledPollsIT {

	private static final int KILLS = Integer.getInteger("kills.count", 3);

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	/** The item service has searched, and nothing is left that closes soon. */
	private static final Pattern ALL_CLOSED = Pattern
		.compile("\"due\":0,\"armed\":0,\"inHand\":0,.*\"checkAll\":\\{\"last\":\"", Pattern.DOTALL);

	private final long seed = Long.getLong("kills.seed", new Random().nextInt(1_000_000));

	private final Random random = new Random(this.seed);

	private final Map<Long, Instant> acknowledged = new ConcurrentHashMap<>();

	@TempDir(cleanup = CleanupMode.ON_SUCCESS)
	private Path directory;

	@Test
	void killLosesNothingThatWasAcknowledged() throws Exception {
		System.out.printf("%d kills with seed %d%n", KILLS, this.seed);
		for (int kill = 1; kill <= KILLS; kill++) {
			writeUntilKilled();
			Set<Long> lost = new HashSet<>(this.acknowledged.keySet());
			lost.removeAll(PollsFile.ids(this.directory, "true"));
			System.out.printf("Kill %d: %d polls acknowledged, %d lost%n", kill, this.acknowledged.size(), lost.size());
			assertThat(lost).as("Lost with seed %d", this.seed).isEmpty();
		}
		try (PollsProcess polls = start()) {
			HttpProbe closing = new HttpProbe(polls.awaitPort(), "/actuator/managedservices/pollClosing");
			Awaitility.await("closed").atMost(PATIENCE).until(() -> ALL_CLOSED.matcher(closing.ask().body()).find());
		}
		Set<Long> due = acknowledged((closesAt) -> closesAt.isBefore(Instant.now()));
		Set<Long> later = acknowledged((closesAt) -> closesAt.isAfter(Instant.now()));
		System.out.printf("%d of them closed, %d are open%n", due.size(), later.size());
		// The key of the table lets nothing be done twice.
		assertThat(PollsFile.ids(this.directory, "state = 'CLOSED' and " + event("CLOSED"))).containsAll(due);
		assertThat(PollsFile.ids(this.directory, "state = 'OPEN' and not " + event("CLOSED"))).containsAll(later);
		assertThat(PollsFile.ids(this.directory, event("OPENED"))).containsAll(this.acknowledged.keySet());
	}

	private void writeUntilKilled() throws Exception {
		int enough = this.acknowledged.size() + 50 + this.random.nextInt(450);
		try (PollsProcess polls = start();
				PollWriters writers = new PollWriters(polls.awaitPort(), this.acknowledged, this.random)) {
			Awaitility.await("polls to be written")
				.pollInterval(Duration.ofMillis(1))
				.atMost(PATIENCE)
				.until(() -> this.acknowledged.size() >= enough);
			polls.kill();
			writers.awaitEnd();
			assertThat(writers.refused).hasValue(0);
		}
	}

	private PollsProcess start() throws IOException {
		return PollsProcess.start(this.directory, "--spring.profiles.active=file");
	}

	private Set<Long> acknowledged(Predicate<Instant> closesAt) {
		return this.acknowledged.entrySet()
			.stream()
			.filter((poll) -> closesAt.test(poll.getValue()))
			.map(Map.Entry::getKey)
			.collect(Collectors.toSet());
	}

	private static String event(String kind) {
		return "exists (select 1 from poll_event where poll_id = id and kind = '%s')".formatted(kind);
	}

}
