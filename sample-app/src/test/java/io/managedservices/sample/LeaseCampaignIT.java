// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three processes of the packaged application, one of which sends digests, are ended,
 * killed, stopped and cut off from the store of their lease, and that is killed, one
 * disturbance after the other. The store is their PostgreSQL, or a Redis that is there
 * besides. How long is set by system properties: {@code lease.campaign.seconds}, without
 * which there is a short round with each store, and {@code lease.campaign.lease}, the
 * seconds that the lease lasts. {@code lease.campaign.store=redis} has a long round with
 * Redis, and {@code lease.campaign.durable=false} lets that forget the lease when it is
 * killed. {@code lease.campaign.seed} repeats the choices, and
 * {@code lease.campaign.clocks} has clocks moved as well.
 */
@EnabledOnOs({ OS.LINUX, OS.MAC })
class LeaseCampaignIT {

	private static final List<LeaseDisturbance> SHORT = List.of(LeaseDisturbance.ROLL, LeaseDisturbance.KILL,
			LeaseDisturbance.FREEZE);

	private static final List<LeaseDisturbance> SHORT_WITH_REDIS = List.of(LeaseDisturbance.KILL,
			LeaseDisturbance.STALL, LeaseDisturbance.CUT, LeaseDisturbance.RESTART, LeaseDisturbance.FREEZE);

	private static final String STORE = System.getProperty("lease.campaign.store", "");

	private static final boolean DURABLE = Boolean.parseBoolean(System.getProperty("lease.campaign.durable", "true"));

	private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("lease.campaign.seconds", 0));

	private static final Duration LEASE = Duration.ofSeconds(Integer.getInteger("lease.campaign.lease", 5));

	/** What a machine may add that has much else to do. */
	private static final Duration SLACK = Duration.ofSeconds(Integer.getInteger("lease.campaign.slack", 60));

	private static final boolean CLOCKS = Boolean.getBoolean("lease.campaign.clocks");

	/**
	 * How long after it goes on a process may not have noticed yet that it was stopped.
	 */
	private static final Duration NOTICED = Duration.ofSeconds(1);

	private static final Duration PATIENCE = Duration.ofMinutes(3);

	private static final int POLLS = 100 + 4 * (int) LENGTH.toSeconds();

	private final long seed = Long.getLong("lease.campaign.seed", new Random().nextInt(1_000_000));

	private final Random random = new Random(this.seed);

	private final Map<String, ClusterInstance> instances = new TreeMap<>();

	private final Map<String, FakeClock> clocks = new TreeMap<>();

	private final Map<LeaseDisturbance, List<Duration>> pauses = new EnumMap<>(LeaseDisturbance.class);

	private final List<Unfenced> unfenced = new ArrayList<>();

	@TempDir(cleanup = CleanupMode.ON_SUCCESS)
	private Path directory;

	private @Nullable KillablePostgres postgres;

	private @Nullable CampaignRedis redis;

	private int port;

	private CampaignStore store;

	private JdbcClient client;

	private DigestAudit audit;

	private CampaignPolls polls;

	private void startStores() throws IOException {
		this.redis = new CampaignRedis(Files.createDirectory(this.directory.resolve("redis")), FreePort.find(),
				DURABLE);
		this.port = FreePort.find();
		this.postgres = new KillablePostgres(this.directory.resolve("data"), this.port);
		this.postgres.start();
	}

	private void startAll(CampaignStore store) throws IOException {
		this.store = store;
		DriverManagerDataSource dataSource = new DriverManagerDataSource(
				"jdbc:postgresql://localhost:" + this.port + "/postgres", "postgres", "postgres");
		this.client = JdbcClient.create(dataSource);
		this.audit = new DigestAudit(dataSource);
		this.polls = new CampaignPolls(dataSource);
		List<String> settings = List.of("--managed-services.lease.duration=" + LEASE.toMillis() + "ms",
				"--polls.digest.period=0s", "--polls.digest.check=100ms");
		for (String name : List.of("one", "two", "three")) {
			this.instances.put(name, new ClusterInstance(name, this.directory, this.port, environment(name),
					store.libraries(), Stream.concat(settings.stream(), store.settings(name).stream()).toList()));
			this.instances.get(name).start();
		}
		this.instances.values().forEach(LeaseCampaignIT::awaitReady);
		this.audit.slowDown(Duration.ofMillis(80));
	}

	private Map<String, String> environment(String name) throws IOException {
		Path library = FakeClock.find().orElse(null);
		if (!CLOCKS || library == null) {
			return Map.of();
		}
		FakeClock clock = new FakeClock(library, this.directory.resolve(name + ".clock"));
		clock.set(Duration.ZERO);
		this.clocks.put(name, clock);
		return clock.environment();
	}

	@AfterEach
	void endAll() throws Exception {
		for (ClusterInstance instance : this.instances.values()) {
			instance.close();
		}
		if (this.redis != null) {
			this.redis.close();
		}
		if (this.postgres != null) {
			this.postgres.close();
		}
	}

	@Test
	void digestIsSentByOneInstanceAtATimeWhileInstancesAreDisturbed() throws Exception {
		Assumptions.assumeFalse(STORE.equals("redis"), "Only Redis is asked for");
		startStores();
		startAll(this.postgres);
		disturb(SHORT);
		assertThat(this.audit.overlapping()).as("overlapping with seed %d", this.seed).isZero();
		assertThat(this.audit.fencesOutOfOrder()).as("out of order with seed %d", this.seed).isZero();
	}

	@Test
	void digestIsSentByOneInstanceAtATimeWhenTheLeaseIsInRedis() throws Exception {
		Assumptions.assumeTrue(STORE.equals("redis") || (STORE.isEmpty() && LENGTH.isZero()),
				"A long round with Redis needs -Dlease.campaign.store=redis");
		Assumptions.assumeTrue(CampaignRedis.isInstalled(), "No redis-server is installed");
		startStores();
		this.redis.start();
		startAll(this.redis);
		disturb(SHORT_WITH_REDIS);
		assertThat(meetings(false)).as("overlapping with seed %d", this.seed).isEmpty();
	}

	private void disturb(List<LeaseDisturbance> shortRound) throws Exception {
		Instant begin = Instant.now();
		System.out.printf("Campaign with seed %d, a lease of %s in %s%n", this.seed, LEASE,
				this.store.getClass().getSimpleName());
		this.polls.create(POLLS, begin.plusSeconds(5), LENGTH.plusSeconds(20), this.random);
		Instant end = begin.plus(LENGTH);
		do {
			for (LeaseDisturbance kind : LENGTH.isZero() ? shortRound : all()) {
				if (LENGTH.isZero() || Instant.now().isBefore(end)) {
					disturb(kind);
				}
			}
		}
		while (Instant.now().isBefore(end));
		Awaitility.await("all closed").atMost(PATIENCE).until(() -> this.polls.open() == 0);
		report(Duration.between(begin, Instant.now()));
		assertThat(this.polls.closed()).isEqualTo(POLLS);
		this.pauses.forEach((kind, each) -> assertThat(each).as("%s with seed %d", kind, this.seed)
			.allMatch((pause) -> pause.compareTo(kind.bound(LEASE).plus(SLACK)) < 0));
		// The key of the table lets nobody close one again; it would have been tried.
		for (ClusterInstance instance : this.instances.values()) {
			String logs = instance.logs();
			assertThat(logs.contains("service 'pollClosing'")).as(instance.name()).isTrue();
			assertThat(logs.contains("poll_event_pkey")).as(instance.name()).isFalse();
		}
	}

	private List<LeaseDisturbance> all() {
		List<LeaseDisturbance> all = new ArrayList<>(Arrays.asList(LeaseDisturbance.values()));
		if (this.clocks.isEmpty()) {
			System.out.println("No clock is moved: that needs -Dlease.campaign.clocks=true and libfaketime");
			all.remove(LeaseDisturbance.CLOCK);
		}
		Collections.shuffle(all, this.random);
		return all;
	}

	/**
	 * Disturbs the holder most of the time, and waits until all is well again.
	 */
	private void disturb(LeaseDisturbance kind) throws Exception {
		String holder = this.audit.holder();
		List<String> names = new ArrayList<>(this.instances.keySet());
		boolean any = !LENGTH.isZero() && this.random.nextInt(4) == 0;
		String name = any ? names.get(this.random.nextInt(names.size())) : holder;
		Instant begin = Instant.now();
		Instant back = disturb(kind, name);
		Instant end = Instant.now();
		this.instances.values().forEach(LeaseCampaignIT::awaitReady);
		await("a digest", () -> this.audit.isAnyAcceptedAfter(end));
		Duration pause = (kind == LeaseDisturbance.RESTART) ? this.audit.pauseFrom(back)
				: this.audit.longestPause(begin);
		this.pauses.computeIfAbsent(kind, (key) -> new ArrayList<>()).add(pause);
		System.out.printf("%s %s, which %s the holder, during %s: no digest for %s%n", kind, name,
				name.equals(holder) ? "was" : "was not", Duration.between(begin, end), pause);
	}

	/**
	 * Disturbs.
	 * @return since when the store has been there again
	 */
	private Instant disturb(LeaseDisturbance kind, String name) throws Exception {
		ClusterInstance instance = this.instances.get(name);
		switch (kind) {
			case ROLL -> {
				List<ClusterInstance> rolled = LENGTH.isZero() ? List.of(instance)
						: List.copyOf(this.instances.values());
				if (this.store == this.postgres) {
					rollUnderLoad(rolled);
				}
				else {
					roll(rolled);
				}
			}
			case KILL -> {
				instance.kill();
				instance.start();
			}
			case FREEZE -> {
				Instant stopped = Instant.now();
				instance.signal("STOP");
				await(LEASE.toMillis() * (1.2 + this.random.nextDouble()));
				Instant late = Instant.now();
				await("another to take over", () -> this.audit.isAnyAcceptedAfter(late));
				instance.signal("CONT");
				this.unfenced.add(new Unfenced(Set.of(name), stopped, Instant.now().plus(NOTICED)));
			}
			case STALL -> {
				this.store.proxy(instance).hold();
				await(LEASE.toMillis() * (0.2 + 1.4 * this.random.nextDouble()));
				this.store.proxy(instance).forward();
			}
			case CUT -> this.store.proxy(instance).cut();
			case RESTART -> restartStore();
			case CLOCK -> {
				Duration difference = Duration.ofSeconds(10 + this.random.nextInt(110));
				this.clocks.get(name).set(this.random.nextBoolean() ? difference : difference.negated());
				await(LEASE.toMillis() * 2);
				this.clocks.get(name).set(Duration.ZERO);
			}
		}
		return Instant.now();
	}

	private void restartStore() throws IOException {
		double rest = this.random.nextDouble();
		this.store.kill();
		// One that forgets is back at once: the holder has not missed it then.
		await(this.store.isDurable() ? LEASE.toMillis() * rest : 0);
		Instant back = Instant.now();
		this.store.start();
		if (!this.store.isDurable()) {
			this.unfenced.add(new Unfenced(this.instances.keySet(), back, back.plus(LEASE)));
		}
	}

	/**
	 * Ends instances and starts them again.
	 */
	private void roll(List<ClusterInstance> rolled) throws Exception {
		for (ClusterInstance instance : rolled) {
			instance.terminate();
			instance.start();
			awaitReady(instance);
		}
	}

	/**
	 * Ends instances and starts them again, while clients read polls and vote.
	 */
	private void rollUnderLoad(List<ClusterInstance> rolled) throws Exception {
		long before = votes();
		try (ReadyPorts ready = new ReadyPorts();
				PollsLoad load = new PollsLoad(ready.addAll(this.instances.values()))) {
			for (ClusterInstance instance : rolled) {
				load.awaitVotes(load.votes.get() + 20);
				int port = instance.port();
				instance.terminate();
				ready.remove(port);
				instance.start();
				ready.add(instance.port());
			}
			load.awaitVotes(load.votes.get() + 20);
			load.stop();
			load.awaitEnd();
			await("votes to be written", () -> votes() - before >= load.votes.get());
			System.out.printf("Rolled %d under %d requests and %d votes: %d written%n", rolled.size(), load.polls.get(),
					load.votes.get(), votes() - before);
			assertThat(load.unavailable).hasValue(0);
			assertThat(load.others).hasValue(0);
			assertThat(load.unanswered).hasValue(0);
		}
	}

	private long votes() {
		return this.client.sql("select votes from choice where poll_id = 200 and answer = 'yes'")
			.query(Long.class)
			.single();
	}

	/**
	 * Looks who acted at once.
	 * @param unfenced whether only a fencing number would have kept them from it, or a
	 * store that does not forget
	 * @return the digests
	 */
	private List<DigestAudit.Meeting> meetings(boolean unfenced) {
		return this.audit.meetings()
			.stream()
			.filter((meeting) -> unfenced == this.unfenced.stream().anyMatch((each) -> each.covers(meeting)))
			.toList();
	}

	private void report(Duration took) {
		if (this.store.isFenced()) {
			System.out.printf(
					"%s: %d digests accepted by %d holds, %d refused, %d cut short; %d overlapped, and of the refused %d; %d polls closed%n",
					took, this.audit.accepted(), this.audit.holds(), this.audit.refused(), this.audit.cutShort(),
					this.audit.overlapping(), this.audit.overlappingRefused(), this.polls.closed());
		}
		else {
			System.out.printf(
					"%s: %d digests accepted, %d times by the next instance, %d cut short; %d overlapped, and %d for want of a fence; %d polls closed%n",
					took, this.audit.accepted(), this.audit.handovers(), this.audit.cutShort(), meetings(false).size(),
					meetings(true).size(), this.polls.closed());
			this.unfenced.forEach(this::report);
		}
		this.pauses
			.forEach((kind, each) -> System.out.printf("%-8s %d times, no digest for %s ms; expected less than %s%n",
					kind, each.size(), each.stream().map(Duration::toMillis).sorted().toList(), kind.bound(LEASE)));
	}

	private void report(Unfenced time) {
		List<Instant> met = meetings(true).stream().filter(time::covers).map(DigestAudit.Meeting::at).sorted().toList();
		if (!met.isEmpty()) {
			System.out.printf("%d overlapped from %s to %s after %s%n", met.size(),
					Duration.between(time.from(), met.get(0)), Duration.between(time.from(), met.get(met.size() - 1)),
					time.from());
		}
	}

	private static void awaitReady(ClusterInstance instance) {
		await("ready", instance::isReady);
	}

	private static void await(String what, Callable<Boolean> condition) {
		Awaitility.await(what)
			.atMost(PATIENCE)
			.ignoreExceptionsMatching((ex) -> ex instanceof Exception)
			.until(condition);
	}

	private static void await(double millis) {
		Awaitility.await().atMost(PATIENCE).pollDelay(Duration.ofMillis((long) millis)).until(() -> true);
	}

	/**
	 * A time in which only a fencing number would keep instances from acting at once.
	 *
	 * @param instances one of which has to take part in it
	 * @param from the begin
	 * @param to the end
	 */
	private record Unfenced(Set<String> instances, Instant from, Instant to) {

		boolean covers(DigestAudit.Meeting meeting) {
			return !Collections.disjoint(this.instances, meeting.instances()) && !meeting.at().isBefore(this.from)
					&& !meeting.at().isAfter(this.to);
		}

	}

}
