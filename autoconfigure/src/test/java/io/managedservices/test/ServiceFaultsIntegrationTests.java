// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.Retry;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.autoconfigure.health.HealthGateAutoConfiguration;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;
import io.managedservices.work.Task;

import static io.managedservices.test.ServiceAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Integration tests for {@link ServiceFaults}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ServiceFaultsIntegrationTests {

	private final ServiceFaults faults = new ServiceFaults();

	private final SimulatedTime time = SimulatedTime.startingAt(Instant.parse("2030-01-01T00:00:00Z"));

	private final ApplicationContextRunner inRealTime = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(ManagedServicesAutoConfiguration.class, HealthGateAutoConfiguration.class))
		.withBean("faults", ServiceFaults.class, () -> this.faults)
		.withBean("database", Database.class)
		.withBean("polls", Polls.class)
		.withPropertyValues("managed-services.startup.mode=background",
				"managed-services.services.database.health.interval=2s",
				"managed-services.services.database.start-timeout=10s",
				"managed-services.services.database.stop-timeout=6s");

	private final ApplicationContextRunner runner = this.inRealTime.withBean(SimulatedTime.class, () -> this.time);

	@Test
	void loseLeaseStopsItsServicesUntilHealed() {
		this.runner
			.withPropertyValues("managed-services.lease.store=memory", "managed-services.services.polls.lease=polls")
			.run((context) -> {
				ManagedServices services = context.getBean(ManagedServices.class);
				this.time.advance(Duration.ofSeconds(1));
				assertThat(services).service("polls").isRunning();
				this.faults.loseLease("polls");
				this.time.advance(Duration.ofSeconds(1));
				assertThat(services).service("polls").isIn(ServiceState.STANDBY);
				assertThat(services.snapshot("polls").stopReason()).isEqualTo(StopReason.LEASE_LOST);
				assertThat(services.snapshot("polls").vitals().status())
					.isEqualTo("lease 'polls' is held by another instance, for a test");
				assertThat(services).isReady().service("database").isRunning();
				this.time.advance(Duration.ofMinutes(5));
				assertThat(services).service("polls").isIn(ServiceState.STANDBY);
				this.faults.heal();
				this.time.advance(Duration.ofSeconds(2));
				assertThat(services).service("polls").isRunning();
				assertThat(services.leases().get(0).counts().lost()).isOne();
				assertThatIllegalStateException().isThrownBy(() -> this.faults.loseLease("pols"))
					.withMessageStartingWith("Lease 'pols' cannot be lost: expected the name of a lease");
			});
	}

	@Test
	void loseLeaseWhenPlannedBeforehandKeepsItsServicesOnStandby() {
		this.faults.loseLease("polls");
		this.runner
			.withPropertyValues("managed-services.lease.store=memory", "managed-services.services.polls.lease=polls")
			.run((context) -> {
				ManagedServices services = context.getBean(ManagedServices.class);
				this.time.advance(Duration.ofMinutes(1));
				assertThat(services).service("polls").isIn(ServiceState.STANDBY);
				this.faults.heal();
				this.time.advance(Duration.ofSeconds(2));
				assertThat(services).service("polls").isRunning();
			});
	}

	@Test
	void failNextStartsWhenPlannedBeforehandFailsThoseAndNotTheNext() {
		this.faults.service("database").failNextStarts(2);
		run((services, database) -> {
			assertThat(services).service("database")
				.isIn(ServiceState.BACKOFF)
				.failedWith(ServiceFaultException.class, "The start of service 'database' fails for a test")
				.and()
				.service("polls")
				.isBlockedBy("database");
			assertThat(database.starts).hasValue(0);
			assertThat(database.stops).hasValue(1);
			this.time.advance(Duration.ofSeconds(30));
			assertThat(services).isReady().service("polls").startedAfter("database");
			assertThat(services.snapshot("database").attempt().number()).isEqualTo(3);
			assertThat(database.starts).hasValue(1);
		});
	}

	@Test
	void failNextStartsWhenFailureIsGivenFailsWithThat() {
		run((services, database) -> {
			this.faults.service("database").failNextStarts(1, new IOException("refused")).failNow();
			advance(Duration.ofSeconds(1));
			assertThat(services).service("database")
				.isIn(ServiceState.BACKOFF)
				.failedWith(IOException.class, "refused");
			advance(Duration.ofMinutes(1));
			assertThat(services).isReady();
		});
	}

	@Test
	void hangNextStartsWhenTimeoutPassesAreInterrupted() {
		this.faults.service("database").hangNextStarts(1);
		run((services, database) -> {
			assertThat(services).service("database").isIn(ServiceState.STARTING);
			advance(Duration.ofSeconds(9));
			assertThat(services).service("database").isIn(ServiceState.STARTING);
			advance(Duration.ofSeconds(1));
			assertThat(services).service("database").isIn(ServiceState.BACKOFF);
			assertThat(database.starts).hasValue(0);
			advance(Duration.ofMinutes(1));
			assertThat(services).isReady();
		});
	}

	@Test
	void hangNextStartsWhenManyTimeoutsPassEndEachAtItsTime() {
		this.faults.service("database").hangNextStarts(100);
		Instant begin = this.time.now();
		this.runner
			.withPropertyValues("managed-services.startup.timeout=1h",
					"managed-services.services.database.retry.max-retries=100",
					"managed-services.services.database.retry.delay=1s",
					"managed-services.services.database.retry.multiplier=1",
					"managed-services.services.database.retry.jitter=0s")
			.run((context) -> {
				advance(Duration.ofHours(1));
				assertThat(context.getBean(ManagedServices.class)).service("database").isRunning();
				assertThat(context.getBean(ManagedServices.class).snapshot("database").since())
					.isEqualTo(begin.plusSeconds(100 * (10 + 1)));
			});
	}

	@Test
	void hangNextStartsWhenReleasedGoOn() {
		this.faults.service("database").failNextStarts(1).hangNextStarts(1);
		run((services, database) -> {
			advance(Duration.ofSeconds(2));
			assertThat(services).service("database").isIn(ServiceState.STARTING);
			this.faults.service("database").release();
			advance(Duration.ZERO);
			assertThat(services).isReady();
			assertThat(database.starts).hasValue(1);
		});
	}

	@Test
	void hangNextStartsWhenServiceIsToStopEndAtOnce() {
		this.faults.service("database").hangNextStarts(1);
		run((services, database) -> {
			CompletableFuture<Void> stopped = services.stop();
			advance(Duration.ZERO);
			assertThat(stopped).isCompleted();
			assertThat(services).service("database").isIn(ServiceState.STOPPED);
		});
	}

	@Test
	void delayNextStartsTakeTheirTimeAfterThoseThatFail() {
		this.faults.service("database").failNextStarts(1).delayNextStarts(1, Duration.ofSeconds(7));
		run((services, database) -> {
			advance(Duration.ofSeconds(1));
			assertThat(services).service("database").isIn(ServiceState.STARTING);
			Instant begin = services.snapshot("database").since();
			advance(Duration.ofSeconds(6));
			assertThat(database.starts).hasValue(0);
			advance(Duration.ofSeconds(2));
			assertThat(services).isReady();
			assertThat(services.snapshot("database").since()).isEqualTo(begin.plusSeconds(7));
			this.faults.service("database").failNow();
			advance(Duration.ofSeconds(2));
			assertThat(services).isReady();
		});
	}

	@Test
	void delayNextStartsWhenTimeoutPassesAreInterrupted() {
		this.faults.service("database").delayNextStarts(1, Duration.ofSeconds(11));
		run((services, database) -> {
			advance(Duration.ofSeconds(10));
			assertThat(services).service("database").isIn(ServiceState.BACKOFF);
			assertThat(database.starts).hasValue(0);
			this.faults.service("database").hangNextStarts(1);
			advance(Duration.ofSeconds(5));
			assertThat(services).service("database").isIn(ServiceState.STARTING);
		});
	}

	@Test
	void delayNextStartsWhenHealedGoOn() {
		this.faults.service("database").delayNextStarts(2, Duration.ofSeconds(9));
		run((services, database) -> {
			assertThat(services).service("database").isIn(ServiceState.STARTING);
			this.faults.heal();
			advance(Duration.ZERO);
			assertThat(services).isReady();
		});
	}

	@Test
	void delayNextStartsInRealTimeTakeTheirTime() {
		this.faults.service("database").delayNextStarts(1, Duration.ofMillis(300));
		this.inRealTime.run((context) -> {
			ManagedServices services = context.getBean(ManagedServices.class);
			Awaitility.await().untilAsserted(() -> assertThat(services).isReady());
			assertThat(services.snapshot("database").timings().start()).isGreaterThanOrEqualTo(Duration.ofMillis(300));
		});
	}

	@Test
	void delayNextStartsWhenDelayIsNegativeIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.faults.service("database").delayNextStarts(1, Duration.ofSeconds(-1)))
			.withMessage("The delay of a start is invalid: expected a duration from 0 up to 36500d, found PT-1S.");
	}

	@Test
	void hangNextStopWhenTimeoutPassesIsInterrupted() {
		run((services, database) -> {
			this.faults.service("database").hangNextStop();
			services.stop("database");
			advance(Duration.ofSeconds(5));
			assertThat(services).service("database").isIn(ServiceState.STOPPING);
			advance(Duration.ofSeconds(1));
			assertThat(services).service("database").isIn(ServiceState.FAILED);
		});
	}

	@Test
	void hangNextStopWhenHealedGoesOn() {
		run((services, database) -> {
			this.faults.service("database").hangNextStop();
			services.stop("database");
			advance(Duration.ofSeconds(1));
			this.faults.heal();
			advance(Duration.ZERO);
			assertThat(services).service("database").isIn(ServiceState.STOPPED);
			assertThat(database.stops).hasValue(1);
		});
	}

	@Test
	void failReadinessFailsCheckUntilHealed() {
		run((services, database) -> {
			this.faults.service("database").failReadiness();
			advance(Duration.ofSeconds(2));
			assertThat(services).isNotReady()
				.service("database")
				.isRunning()
				.isHealthy()
				.failedWith(ServiceFaultException.class, "The readiness check of service 'database'");
			this.faults.service("database").heal();
			advance(Duration.ofSeconds(2));
			assertThat(services).isReady();
		});
	}

	@Test
	void failHealthFailsCheckUntilHealed() {
		run((services, database) -> {
			this.faults.service("database").failHealth(new IOException("stale"));
			advance(Duration.ofSeconds(2));
			assertThat(services.isHealthy()).isFalse();
			assertThat(services).service("database").failedWith(IOException.class, "stale");
			this.faults.heal();
			advance(Duration.ofMinutes(1));
			assertThat(services).isHealthy().isReady();
		});
	}

	@Test
	void failHealthWhenServiceHasNoCheckIsRefused() {
		run((services, database) -> {
			FaultyService polls = this.faults.service("polls");
			assertThatIllegalStateException().isThrownBy(polls::failHealth)
				.withMessage(
						"Service 'polls' has no check that could fail: expected a checkReady or a checkHealth. Use failNow() to let the service fail.");
			assertThatIllegalStateException().isThrownBy(polls::failReadiness);
			assertThat(services).isReady();
		});
		ServiceFaults planned = new ServiceFaults();
		planned.service("polls").failHealth();
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class))
			.withBean(ServiceFaults.class, () -> planned)
			.withBean("database", Database.class)
			.withBean("polls", Polls.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("Service 'polls' has no check that could fail"));
	}

	@Test
	void failNowFailsRunningService() {
		run((services, database) -> {
			this.faults.service("database").failNow();
			advance(Duration.ZERO);
			assertThat(services).service("database")
				.isIn(ServiceState.BACKOFF)
				.failedWith(ServiceFaultException.class, "Service 'database' fails for a test")
				.and()
				.service("polls")
				.isBlockedBy("database");
			assertThatIllegalStateException().isThrownBy(() -> this.faults.service("database").failNow())
				.withMessage(
						"Service 'database' cannot fail now: expected it to be running or being started, found that it is not.");
			advance(Duration.ofMinutes(1));
			assertThat(services).isReady();
		});
	}

	@Test
	void healWhenServiceNeverCameSaysSoOnce() {
		this.faults.service("databse").failNextStarts(1);
		this.faults.service("x");
		run((services, database) -> {
			this.faults.service("database").failNextStarts(1).failNow();
			assertThatIllegalStateException().isThrownBy(this.faults::heal)
				.withMessage(
						"Faults of service 'databse' were planned, and no service of that name was in the context. Did you mean 'database'? Faults of service 'x' were planned, and no service of that name was in the context.");
			this.time.advance(Duration.ofMinutes(1));
			assertThat(services).isReady();
			this.faults.heal();
		});
	}

	@Test
	void closeWhenServiceNeverCameSaysSo(CapturedOutput output) {
		this.runner.run((context) -> this.faults.service("poll").hangNextStop());
		assertThat(output).contains(
				"Faults of service 'poll' were planned, and no service of that name was in the context. Did you mean 'polls'?");
	}

	@Test
	void failNowWhenServiceIsUnknownIsRefused() {
		this.runner
			.run((context) -> assertThatIllegalStateException().isThrownBy(() -> this.faults.service("poll").failNow())
				.withMessageContaining("Faults of service 'poll' were planned")
				.withMessageContaining("Did you mean 'polls'?"));
	}

	@Test
	void serviceThatIsRegisteredLaterHasFaults() {
		run((services, database) -> {
			this.faults.service("tenant/7").failNextStarts(1);
			services.register(new ServiceRegistration("tenant/7", new Idle()));
			this.time.advance(Duration.ZERO);
			assertThat(services).service("tenant/7").isIn(ServiceState.BACKOFF).failedWith(ServiceFaultException.class);
			this.time.advance(Duration.ofMinutes(1));
			assertThat(services).service("tenant/7").isRunning();
			this.faults.service("tenant/7").failNow();
			this.time.advance(Duration.ZERO);
			assertThat(services).service("tenant/7").isIn(ServiceState.BACKOFF);
			this.faults.heal();
		});
	}

	@Test
	void registrationThatIsPlannedOrRefusedIsNoServiceToHaveFaults() {
		run((services, database) -> {
			this.faults.service("tenant/7").failNextStarts(1);
			services.planRegister(new ServiceRegistration("tenant/7", new Idle()),
					new ServiceRegistration("tenant/8", new Idle()));
			assertThat(services.register(new ServiceRegistration("tenant/7", new Idle()).dependsOn("missing")))
				.isCompletedExceptionally();
			assertThatIllegalStateException().isThrownBy(this.faults::heal)
				.withMessage(
						"Faults of service 'tenant/7' were planned, and no service of that name was in the context.");
			assertThat(services.register(new ServiceRegistration("database", new Idle()))).isCompletedExceptionally();
			this.faults.service("database").failHealth();
			advance(Duration.ofSeconds(2));
			assertThat(services.isHealthy()).isFalse();
			this.faults.heal();
			this.faults.service("tenant/7").failNextStarts(1);
			services.register(new ServiceRegistration("tenant/7", new Idle()));
			advance(Duration.ZERO);
			assertThat(services).service("tenant/7").isIn(ServiceState.BACKOFF).failedWith(ServiceFaultException.class);
		});
	}

	@Test
	void failNextStartsWhenNumberIsNegativeIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.faults.service("database").failNextStarts(-1))
			.withMessage("The number of starts cannot be negative: expected 0 or more, found -1.");
	}

	@Test
	void registeredServicesAndGatesHaveFaults() {
		this.faults.service("registered").failNextStarts(1);
		this.faults.service("store").failNextStarts(1);
		this.runner.withConfiguration(AutoConfigurations.of(HealthContributorRegistryAutoConfiguration.class))
			.withBean("db", HealthIndicator.class, () -> () -> Health.up().build())
			.withBean(ServiceRegistration.class, () -> new ServiceRegistration("registered", new ServiceLifecycle() {
			}).dependsOn("store"))
			.withPropertyValues("managed-services.gates.store.health=db")
			.run((context) -> {
				ManagedServices services = context.getBean(ManagedServices.class);
				advance(Duration.ZERO);
				assertThat(services).service("store")
					.isIn(ServiceState.BACKOFF)
					.failedWith(ServiceFaultException.class);
				advance(Duration.ofMinutes(1));
				assertThat(services).isReady();
				assertThat(services.snapshot("registered").attempt().number()).isEqualTo(2);
				this.faults.service("store").failReadiness();
				advance(Duration.ofMinutes(1));
				assertThat(services).isNotReady();
			});
	}

	@Test
	void hangNextStartsInRealTimeGoOnWhenReleased() {
		this.faults.service("database").hangNextStarts(1);
		this.inRealTime.run((context) -> {
			ManagedServices services = context.getBean(ManagedServices.class);
			Awaitility.await()
				.untilAsserted(() -> assertThat(services).service("database").isIn(ServiceState.STARTING));
			this.faults.service("database").release();
			Awaitility.await().untilAsserted(() -> assertThat(services).isReady());
		});
	}

	@Test
	void workOfServiceBeginsAfterItsStart() {
		this.faults.service("polls").failNextStarts(1);
		this.runner.run((context) -> {
			advance(Duration.ZERO);
			assertThat(context.getBean(Polls.class).counted).hasValue(0);
			advance(Duration.ofMinutes(5));
			assertThat(context.getBean(Polls.class).counted).hasPositiveValue();
		});
	}

	@Test
	void publicMethodsAreThoseThatATestNeeds() {
		assertThat(Arrays.stream(ServiceFaults.class.getMethods())
			.filter((method) -> method.getDeclaringClass() != Object.class && !Modifier.isStatic(method.getModifiers()))
			.map(Method::getName)).containsExactlyInAnyOrder("service", "loseLease", "heal");
	}

	private void advance(Duration duration) {
		this.time.advance(duration);
	}

	private void run(Scenario scenario) {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed();
			advance(Duration.ZERO);
			scenario.play(context.getBean(ManagedServices.class), context.getBean(Database.class));
			this.faults.heal();
		});
	}

	@FunctionalInterface
	interface Scenario {

		void play(ManagedServices services, Database database);

	}

	@ManagedService(retry = @Retry(delay = "1s"))
	static class Database implements ServiceLifecycle {

		final AtomicInteger starts = new AtomicInteger();

		final AtomicInteger stops = new AtomicInteger();

		@Override
		public void start(ServiceContext context) {
			this.starts.incrementAndGet();
		}

		@Override
		public void stop(ServiceContext context) {
			this.stops.incrementAndGet();
		}

		@Override
		public void checkHealth() {
		}

	}

	@ManagedService(dependsOn = "database", retry = @Retry(delay = "1s"))
	static class Polls {

		final AtomicInteger counted = new AtomicInteger();

		@Task(every = "1m")
		void count() {
			this.counted.incrementAndGet();
		}

	}

	static final class Idle implements ServiceLifecycle {

	}

}
