// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three processes of the packaged application share polls over one real PostgreSQL, while
 * they are killed, stopped and cut off from it. How many, for how long and with what
 * heartbeat is set by system properties: {@code campaign.polls}, {@code campaign.seconds}
 * and {@code campaign.heartbeat}, in seconds. {@code campaign.seed} repeats a plan.
 */
@EnabledOnOs({ OS.LINUX, OS.MAC })
class ClusterCampaignIT {

	private static final List<String> NAMES = List.of("one", "two", "three");

	private static final int POLLS = Integer.getInteger("campaign.polls", 1000);

	private static final Duration DURATION = Duration.ofSeconds(Integer.getInteger("campaign.seconds", 15));

	private static final Duration HEARTBEAT = Duration.ofSeconds(Integer.getInteger("campaign.heartbeat", 1));

	private static final Duration POLLING = Duration.ofMillis(Math.min(HEARTBEAT.toMillis() / 4, 1000));

	private static final Duration MAX_RETRY_DELAY = Duration.ofSeconds(2);

	/** Four heartbeats, two polls, and what the wait of one that has failed adds. */
	private static final Duration RECOVERY = HEARTBEAT.multipliedBy(4)
		.plus(POLLING.multipliedBy(2))
		.plus(MAX_RETRY_DELAY);

	/** What a machine may add that has much else to do. */
	private static final Duration SLACK = Duration.ofSeconds(Integer.getInteger("campaign.slack", 180));

	/** Before the first poll closes, all of them have to be armed. */
	private static final Duration ARMING = Duration.ofSeconds(2).plusMillis(POLLS / 5);

	private static final Duration PATIENCE = Duration.ofMinutes(3);

	private final long seed = Long.getLong("campaign.seed", new Random().nextInt(1_000_000));

	private final Random random = new Random(this.seed);

	private final List<ClusterInstance> instances = new ArrayList<>();

	private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

	@TempDir(cleanup = CleanupMode.ON_SUCCESS)
	private Path directory;

	private Path postgresLog;

	private EmbeddedPostgres postgres;

	private CampaignPolls polls;

	@BeforeEach
	void startAll() throws Exception {
		this.postgresLog = this.directory.resolve("postgres.log");
		this.postgres = EmbeddedPostgres.builder()
			.setPGStartupWait(PATIENCE)
			.setServerConfig("fsync", "on")
			.setServerConfig("synchronous_commit", "on")
			.setErrorRedirector(ProcessBuilder.Redirect.appendTo(this.postgresLog.toFile()))
			.setOutputRedirector(ProcessBuilder.Redirect.appendTo(this.postgresLog.toFile()))
			.start();
		this.polls = new CampaignPolls(this.postgres.getPostgresDatabase());
		List<String> settings = List.of(
				"--managed-services.items.db-scheduler.heartbeat=" + HEARTBEAT.toMillis() + "ms",
				"--managed-services.items.db-scheduler.polling-interval=" + POLLING.toMillis() + "ms",
				"--managed-services.items.retry.max-delay=" + MAX_RETRY_DELAY.toMillis() + "ms");
		for (String name : NAMES) {
			ClusterInstance instance = new ClusterInstance(name, this.directory, this.postgres.getPort(), settings);
			this.instances.add(instance);
			instance.start();
		}
		this.instances.forEach(ClusterInstance::awaitRunning);
	}

	@AfterEach
	void endAll() throws Exception {
		this.scheduler.shutdownNow();
		assertThat(this.scheduler.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
		for (ClusterInstance instance : this.instances) {
			instance.close();
		}
		if (this.postgres != null) {
			this.postgres.close();
		}
	}

	@Test
	void pollsAreClosedOnceWhileInstancesAreDisturbed() throws Exception {
		// One instance that is left has time enough, with four at once, of which each
		// needs some 8 ms besides.
		Duration available = DURATION.multipliedBy(4).dividedBy(POLLS).minusMillis(8);
		this.polls.slowDown(available.multipliedBy(3).dividedBy(2));
		Instant begin = Instant.now().plus(ARMING);
		this.polls.create(POLLS, begin, DURATION, this.random);
		List<Disturbance> plan = Disturbance.plan(this.random, NAMES.size(), DURATION, HEARTBEAT);
		System.out.printf("Campaign with seed %d: %d polls close within %s, and meanwhile%n", this.seed, POLLS,
				DURATION);
		plan.forEach(System.out::println);
		disturb(plan, begin);
		Instant calm = Instant.now();
		Instant end = begin.plus(DURATION);
		Instant recovered = (calm.isAfter(end) ? calm : end).plus(RECOVERY).plus(SLACK);
		Awaitility.await("all closed with seed " + this.seed)
			.atMost(Duration.between(calm, recovered))
			.until(() -> this.polls.open() == 0);
		System.out.printf("All closed %s after the last disturbance, the latest %s after its time, by %s%n",
				Duration.between(calm, Instant.now()), this.polls.lateness(), this.polls.closedByInstance());
		assertThat(this.polls.closed()).isEqualTo(POLLS);
		assertThat(this.polls.closedEarly()).isZero();
		assertThat(this.polls.closedByInstance()).hasSizeGreaterThan(1);
		// The key of the table lets nobody close one again; it would have been tried.
		assertThat(Files.readString(this.postgresLog)).contains("ready to accept connections")
			.doesNotContain("poll_event_pkey");
		for (ClusterInstance instance : this.instances) {
			Awaitility.await("ready again with seed " + this.seed).atMost(PATIENCE).until(instance::isReady);
		}
	}

	private void disturb(List<Disturbance> plan, Instant begin) throws Exception {
		List<Future<?>> actions = new ArrayList<>();
		for (Disturbance disturbance : plan) {
			ClusterInstance instance = this.instances.get(disturbance.instance());
			actions.add(schedule(begin.plus(disturbance.at()), () -> {
				instance.begin(disturbance.kind());
				return null;
			}));
			actions.add(schedule(begin.plus(disturbance.end()), () -> {
				instance.end(disturbance.kind());
				return null;
			}));
		}
		for (Future<?> action : actions) {
			action.get();
		}
	}

	private Future<?> schedule(Instant time, Callable<?> action) {
		return this.scheduler.schedule(action, Duration.between(Instant.now(), time).toMillis(), TimeUnit.MILLISECONDS);
	}

}
