// SPDX-License-Identifier: Apache-2.0
package io.managedservices.health;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.registry.DefaultHealthContributorRegistry;
import org.springframework.boot.health.registry.HealthContributorRegistry;

import io.managedservices.ScriptedServices;
import io.managedservices.Shown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link HealthGate}.
 */
class HealthGateTests {

	private static final String THREAD = "managed-services-gate-database";

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final Duration SHORT = Duration.ofMillis(50);

	private final HealthContributorRegistry registry = new DefaultHealthContributorRegistry();

	private final HealthContributorLookup lookup = new HealthContributorLookup(List.of(this.registry));

	private final CountDownLatch release = new CountDownLatch(1);

	private final AtomicInteger queries = new AtomicInteger();

	@AfterEach
	void endQueries() {
		this.release.countDown();
		Awaitility.await().untilAsserted(() -> assertThat(queryThreads()).isEmpty());
	}

	@Test
	void checkReadyWhenContributorIsUpPasses() {
		register("db", () -> Health.up().build());
		assertThatCode(() -> check(gate("db", LONG))).doesNotThrowAnyException();
	}

	@Test
	void checkReadyWhenContributorIsNotUpTellsItsDetails() {
		register("db", () -> Health.down().withDetail("error", "refused").build());
		assertThatIllegalStateException().isThrownBy(gate("db", LONG)::checkReady)
			.withMessage("Health contributor 'db' is DOWN: {error=refused}");
		register("broker", () -> Health.outOfService().build());
		assertThatIllegalStateException().isThrownBy(gate("broker", LONG)::checkReady)
			.withMessage("Health contributor 'broker' is OUT_OF_SERVICE: {}");
		register("cache", () -> Health.unknown().build());
		assertThatIllegalStateException().isThrownBy(gate("cache", LONG)::checkReady)
			.withMessage("Health contributor 'cache' is UNKNOWN: {}");
		register("silent", () -> null);
		assertThatIllegalStateException().isThrownBy(gate("silent", LONG)::checkReady)
			.withMessage("Health contributor 'silent' is UNKNOWN: no answer");
	}

	@Test
	void checkHealthTellsWhatCheckReadyFoundWithoutAskingAgain() throws Exception {
		AtomicReference<Health> health = new AtomicReference<>(Health.down().build());
		register("db", health::get);
		HealthGate gate = gate("db", LONG);
		assertThatIllegalStateException().isThrownBy(gate::checkReady);
		assertThatIllegalStateException().isThrownBy(gate::checkHealth).withMessageContaining("is DOWN");
		assertThat(this.queries).hasValue(1);
		health.set(Health.up().build());
		gate.checkReady();
		gate.checkHealth();
		assertThat(this.queries).hasValue(2);
	}

	@Test
	void checkReadyWhenContributorThrowsHasItsCause() {
		IllegalArgumentException thrown = new IllegalArgumentException("no such host");
		register("db", () -> {
			throw thrown;
		});
		assertThatIllegalStateException().isThrownBy(gate("db", LONG)::checkReady)
			.withMessage("Health contributor 'db' failed: " + thrown)
			.withCause(thrown);
	}

	@Test
	void checkReadyWhenThrownFailureHidesItsCauseTellsIt() {
		register("db", () -> {
			throw hidden();
		});
		assertThatIllegalStateException().isThrownBy(gate("db", LONG)::checkReady)
			.withMessage("Health contributor 'db' failed: java.lang.IllegalStateException: Failed to obtain JDBC "
					+ "Connection, caused by java.io.IOException: Connection refused");
	}

	@Test
	void checkReadyWhenDetailIsFailureTellsItsCause() {
		register("db", () -> Health.down().withDetail("tries", 2).withDetail("failure", hidden()).build());
		assertThatIllegalStateException().isThrownBy(gate("db", LONG)::checkReady)
			.withMessage("Health contributor 'db' is DOWN: {tries=2, failure=java.lang.IllegalStateException: Failed "
					+ "to obtain JDBC Connection, caused by java.io.IOException: Connection refused}");
	}

	@Test
	void checkReadyWhenIndicatorHasDroppedTheCauseTellsWhereItIsLogged() {
		this.registry.registerContributor("db", new Failing());
		assertThatIllegalStateException().isThrownBy(gate("db", LONG)::checkReady)
			.withMessage("Health contributor 'db' is DOWN: {error=java.lang.IllegalStateException: Failed to obtain "
					+ "JDBC Connection} (its causes are logged by " + Failing.class.getName() + ")");
	}

	private static IllegalStateException hidden() {
		return new IllegalStateException("Failed to obtain JDBC Connection", new IOException("Connection refused"));
	}

	@Test
	void checkReadyWhenDetailsAreLongShortensThem() {
		register("db", () -> Health.down().withDetail("error", "x".repeat(10_000)).build());
		assertThatIllegalStateException().isThrownBy(gate("db", LONG)::checkReady)
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSize(501));
	}

	@Test
	void checkReadyWhenContributorHasChildrenIsAsAllOfThem() {
		AtomicReference<Health> replica = new AtomicReference<>(Health.up().build());
		HealthIndicator primary = () -> Health.up().build();
		HealthIndicator second = replica::get;
		this.registry.registerContributor("db",
				CompositeHealthContributor.fromMap(Map.of("primary", primary, "replica", second)));
		HealthGate all = gate("db", LONG);
		assertThatCode(() -> check(all)).doesNotThrowAnyException();
		replica.set(Health.down().withDetail("error", "refused").build());
		assertThatIllegalStateException().isThrownBy(all::checkReady)
			.withMessage("Health contributor 'db' is DOWN: 'db/replica' is DOWN: {error=refused}");
		assertThatCode(() -> check(gate("db/primary", LONG))).doesNotThrowAnyException();
		assertThatIllegalStateException().isThrownBy(gate("db/replica", LONG)::checkReady)
			.withMessage("Health contributor 'db/replica' is DOWN: {error=refused}");
	}

	@Test
	void checkReadyWhenContributorIsReplacedAsksTheNewOne() throws Exception {
		register("db", () -> Health.down().build());
		HealthGate gate = gate("db", LONG);
		this.registry.unregisterContributor("db");
		assertThatIllegalStateException().isThrownBy(gate::checkReady)
			.withMessage("Health contributor 'db' is not registered any more: expected UP.");
		register("db", () -> Health.up().build());
		gate.checkReady();
	}

	@Test
	void checkReadyWhenContributorHangsEndsAtTheTimeout() {
		register("db", this::hang);
		assertThatExceptionOfType(TimeoutException.class).isThrownBy(gate("db", SHORT)::checkReady)
			.withMessage(
					"Health contributor 'db' did not answer within PT0.05S, which is set by managed-services.gates.database.timeout.")
			.satisfies(
					(ex) -> assertThat(ex.getStackTrace()).anyMatch((frame) -> frame.getMethodName().equals("hang")));
	}

	@Test
	void checkReadyWhenEarlierQueryHangsStartsNoOther() throws Exception {
		register("db", this::hang);
		HealthGate gate = gate("db", SHORT);
		assertThatExceptionOfType(TimeoutException.class).isThrownBy(gate::checkReady);
		for (int round = 0; round < 10; round++) {
			assertThatExceptionOfType(TimeoutException.class).isThrownBy(gate::checkReady)
				.withMessageContaining("'db' is still hanging since 20")
				.satisfies((ex) -> assertThat(ex.getStackTrace())
					.anyMatch((frame) -> frame.getMethodName().equals("hang")));
		}
		assertThat(this.queries).hasValue(1);
		assertThat(queryThreads()).singleElement().satisfies((thread) -> assertThat(thread.isDaemon()).isTrue());
		this.release.countDown();
		Awaitility.await().untilAsserted(gate::checkReady);
		gate.checkHealth();
		assertThat(this.queries).hasValueGreaterThan(1);
	}

	@Test
	void checkReadyWhenTimeoutHasPassedInterruptsTheQuery() {
		AtomicInteger interrupts = new AtomicInteger();
		register("db", () -> {
			try {
				this.release.await();
			}
			catch (InterruptedException ex) {
				interrupts.incrementAndGet();
			}
			return Health.up().build();
		});
		HealthGate gate = gate("db", SHORT);
		assertThatExceptionOfType(TimeoutException.class).isThrownBy(gate::checkReady);
		Awaitility.await().untilAtomic(interrupts, (count) -> assertThat(count).isEqualTo(1));
	}

	@Test
	void checkReadyWhenCallerIsInterruptedInterruptsTheQuery() throws Exception {
		CountDownLatch interrupted = new CountDownLatch(1);
		register("db", () -> {
			try {
				this.release.await();
			}
			catch (InterruptedException ex) {
				interrupted.countDown();
			}
			return Health.up().build();
		});
		HealthGate gate = gate("db", LONG);
		List<Throwable> failures = new ArrayList<>();
		Thread caller = new Thread(() -> failures.add(thrownBy(gate)));
		caller.start();
		Awaitility.await().until(() -> this.queries.get() == 1);
		caller.interrupt();
		caller.join();
		assertThat(failures).singleElement().isInstanceOf(InterruptedException.class);
		interrupted.await();
	}

	@Test
	void pathsNameNestedContributorsAndNotTheServicesThemselves() {
		HealthIndicator up = () -> Health.up().build();
		HealthContributor services = new ManagedServicesHealthContributor(ScriptedServices::new, () -> Shown.TEXTS);
		this.registry.registerContributor("db", CompositeHealthContributor.fromMap(Map.of("primary", up)));
		this.registry.registerContributor("ping", up);
		this.registry.registerContributor("services", services);
		assertThat(this.lookup.paths()).containsExactly("db", "db/primary", "ping");
		assertThat(this.lookup.find("services/database")).isSameAs(services);
		assertThat(HealthContributorLookup.showsServices(services)).isTrue();
		assertThat(HealthContributorLookup
			.showsServices(CompositeHealthContributor.fromMap(Map.of("up", up, "services", services)))).isTrue();
		assertThat(HealthContributorLookup.showsServices(up)).isFalse();
		assertThat(this.lookup.find("ping/nothing")).isNull();
		assertThat(this.lookup.find("db/")).isNull();
		assertThat(this.lookup.find("")).isNull();
	}

	private Health hang() {
		boolean released = false;
		while (!released) {
			try {
				this.release.await();
				released = true;
			}
			catch (InterruptedException ex) {
				// As a driver that reads from a socket does not notice.
			}
		}
		return Health.up().build();
	}

	private void register(String name, HealthIndicator indicator) {
		this.registry.registerContributor(name, (HealthIndicator) () -> {
			this.queries.incrementAndGet();
			return indicator.health();
		});
	}

	private HealthGate gate(String contributor, Duration timeout) {
		return new HealthGate(contributor, this.lookup, StatusAggregator.getDefault(),
				new HealthGate.Limits(THREAD, timeout, "managed-services.gates.database.timeout"));
	}

	private static void check(HealthGate gate) throws Exception {
		gate.checkReady();
		gate.checkHealth();
	}

	private static Throwable thrownBy(HealthGate gate) {
		try {
			gate.checkReady();
			return new AssertionError("expected it to throw");
		}
		catch (Exception ex) {
			return ex;
		}
	}

	private static List<Thread> queryThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals(THREAD))
			.toList();
	}

	private static final class Failing extends AbstractHealthIndicator {

		@Override
		protected void doHealthCheck(Health.Builder builder) {
			throw hidden();
		}

	}

}
