// SPDX-License-Identifier: Apache-2.0
package io.managedservices.parity;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What BandMaster exports, and what it is here.
 */
class BandMasterParityTests {

	private final SmallApplication application = new SmallApplication();

	@Test
	@Export("NewMaestro")
	void contextsHaveGraphsOfTheirOwn() {
		SmallApplication other = new SmallApplication();
		other.with(other.service("database"));
		this.application.with(this.application.service("database")).run((first) -> other.run((second) -> {
			second.services().stop().join();
			assertThat(second.state("database")).isEqualTo(ServiceState.STOPPED);
			assertThat(first.state("database")).isEqualTo(ServiceState.RUNNING);
		}));
	}

	@Test
	@Export({ "GlobalMaestro", "ReplaceGlobalMaestro" })
	void managedServicesAreInjected() {
		this.application.with(this.application.service("database"))
			.with(Injected.class)
			.run((running) -> assertThat(running.bean(Injected.class).services.snapshot("database").state())
				.isEqualTo(ServiceState.RUNNING));
	}

	@Test
	@Export("AddService")
	void dependencyMayBeRegisteredAfterItsDependent() {
		this.application
			.with(this.application.service("pollBook").dependsOn("database"), this.application.service("database"))
			.run((running) -> assertThat(this.application.journal).containsExactly("start database", "start pollBook"));
	}

	@Test
	@Export("AddService")
	void serviceMayBeAddedAfterTheStart() {
		this.application.with(this.application.service("database")).run((running) -> {
			running.services().register(this.application.service("pollBook").dependsOn("database"));
			running.settle();
			assertThat(running.state("pollBook")).isEqualTo(ServiceState.RUNNING);
			running.services().unregister("pollBook");
			running.settle();
			assertThat(this.application.journal).containsExactly("start database", "start pollBook", "stop pollBook");
			assertThat(running.services().snapshots()).hasSize(1);
		});
	}

	@Test
	@Export("AddServiceWithBackoff")
	void startIsRetriedWithBackoffSoManyTimes() {
		this.application.with(failing("mc").retry((retry) -> retry.maxRetries(2).delay(Duration.ofMillis(100))))
			.run((running) -> {
				assertThat(running.services().snapshot("mc").attempt().total()).isEqualTo(3);
				running.advance(Duration.ofMillis(299));
				assertThat(running.state("mc")).isEqualTo(ServiceState.BACKOFF);
				running.advance(Duration.ofMillis(1));
				assertThat(running.state("mc")).isEqualTo(ServiceState.FAILED);
				assertThat(this.application.journal).filteredOn("refused"::equals).hasSize(3);
			});
	}

	@Test
	@Export("AddServiceWithBackoff")
	void backoffDoublesUpToItsMaximum() {
		this.application
			.with(failing("mc")
				.retry((retry) -> retry.maxRetries(6).delay(Duration.ofSeconds(1)).maxDelay(Duration.ofSeconds(5))))
			.run((running) -> {
				int made = 1;
				for (int wait : new int[] { 1, 2, 4, 5, 5, 5 }) {
					assertThat(running.services().snapshot("mc").currentAttempt().next())
						.isEqualTo(running.time().now().plusSeconds(wait));
					running.advance(Duration.ofSeconds(wait).minusMillis(1));
					assertThat(this.application.journal).filteredOn("refused"::equals).hasSize(made++);
					running.advance(Duration.ofMillis(1));
					assertThat(this.application.journal).filteredOn("refused"::equals).hasSize(made);
				}
				assertThat(running.state("mc")).isEqualTo(ServiceState.FAILED);
				running.advance(Duration.ofHours(1));
				assertThat(this.application.journal).filteredOn("refused"::equals).hasSize(7);
			});
	}

	private ServiceRegistration failing(String name) {
		return this.application.service(name, (context) -> {
			this.application.journal.add("refused");
			throw new IOException("refused");
		});
	}

	@Test
	@Export("Service")
	void serviceIsBeanThatIsAskedForByName() {
		this.application.with(Injected.class).run((running) -> {
			assertThat(running.services().get("injected", Injected.class, Duration.ZERO))
				.isSameAs(running.bean(Injected.class));
			assertThatExceptionOfType(ServiceException.class)
				.isThrownBy(() -> running.services().get("injectd", Injected.class, Duration.ZERO))
				.withMessageContaining("Did you mean 'injected'?");
		});
	}

	@Test
	@Export("ServiceReady")
	void whenRunningWaitsForService() {
		this.application.with(this.application.service("late", (context) -> {
			if (context.attempt() == 1) {
				throw new IOException("refused");
			}
		})).run((running) -> {
			CompletableFuture<ServiceSnapshot> late = running.services().whenRunning("late");
			assertThat(late).isNotDone();
			running.advance(Duration.ofSeconds(2));
			assertThat(late).succeedsWithin(Duration.ofSeconds(10));
		});
	}

	@Test
	@Export("ServiceReady")
	void waitIsCancelledTimesOutOrFailsForWhatIsNotToRun() {
		this.application.with(failing("late"), this.application.service("off").activation(Activation.DISABLED))
			.run((running) -> {
				assertThat(running.services().whenRunning("off")).failsWithin(Duration.ofSeconds(10))
					.withThrowableThat()
					.withCauseInstanceOf(ServiceException.class);
				assertThatExceptionOfType(ServiceException.class)
					.isThrownBy(() -> running.services().get("late", Object.class, Duration.ZERO))
					.satisfies((failure) -> assertThat(failure.getService()).isEqualTo("late"));
				CompletableFuture<ServiceSnapshot> given = running.services().whenRunning("late");
				CompletableFuture<ServiceSnapshot> up = running.services().whenRunning("late");
				assertThat(given.cancel(true)).isTrue();
				running.settle();
				assertThat(up).isNotDone();
				assertThat(running.state("late")).isEqualTo(ServiceState.BACKOFF);
				running.services().stop();
				running.settle();
				assertThat(up).failsWithin(Duration.ofSeconds(10))
					.withThrowableThat()
					.withCauseInstanceOf(ServiceException.class);
			});
	}

	@Test
	@Export("StartAll")
	void startAllIsParallelAndAnyNumberOfThemIsOne() {
		CyclicBarrier both = new CyclicBarrier(2);
		this.application
			.with(this.application.service("c").dependsOn("a", "b"),
					this.application.service("a", (context) -> meet(both)),
					this.application.service("b", (context) -> meet(both)))
			.run((running) -> {
				for (int i = 0; i < 50; i++) {
					assertThat(running.services().start()).succeedsWithin(Duration.ofSeconds(10));
				}
				running.settle();
				assertThat(this.application.journal).hasSize(3).endsWith("start c").contains("start a", "start b");
			});
	}

	private static void meet(CyclicBarrier barrier) throws Exception {
		barrier.await(10, TimeUnit.SECONDS);
	}

	@Test
	@Export("StopAll")
	void stopAllIsParallelOnceTheDependentsHaveStopped() {
		CyclicBarrier both = new CyclicBarrier(2);
		this.application
			.with(meeting("a", both), meeting("b", both), this.application.service("c").dependsOn("a", "b"),
					this.application.service("d").dependsOn("c"))
			.run((running) -> {
				this.application.journal.clear();
				CompletableFuture<Void> first = running.services().stop();
				assertThat(running.services().stop()).succeedsWithin(Duration.ofSeconds(10));
				assertThat(first).succeedsWithin(Duration.ofSeconds(10));
				assertThat(this.application.journal).hasSize(4)
					.startsWith("stop d", "stop c")
					.contains("stop a", "stop b");
			});
	}

	private ServiceRegistration meeting(String name, CyclicBarrier barrier) {
		return new ServiceRegistration(name, new ServiceLifecycle() {
			@Override
			public void stop(ServiceContext context) throws Exception {
				meet(barrier);
				BandMasterParityTests.this.application.journal.add("stop " + name);
			}
		});
	}

	@Test
	@Export("StartAll")
	void startAllStartsInOrderAndGoesOnWithoutWhatFails() {
		this.application
			.with(this.application.service("a"), failing("b").retry((retry) -> retry.maxRetries(0)).required(false),
					this.application.service("c").dependsOn("a"), this.application.service("d").dependsOn("b"))
			.run((running) -> {
				assertThat(running.services().start()).isNotCompletedExceptionally();
				assertThat(this.application.journal).containsSubsequence("start a", "start c")
					.doesNotContain("start d");
				assertThat(running.state("b")).isEqualTo(ServiceState.FAILED);
			});
	}

	@Test
	@Export("StopAll")
	void stopAllStopsInReverse() {
		this.application.with(this.application.service("a"), this.application.service("b").dependsOn("a"))
			.run((running) -> {
				running.services().stop().join();
				running.services().stop().join();
				assertThat(this.application.journal).containsExactly("start a", "start b", "stop b", "stop a");
			});
	}

	@Test
	@Export({ "Start", "Stop" })
	void startGetsItsDependencies() {
		this.application.with(this.application.service("database"), this.application.service("pollBook", (context) -> {
			assertThat(context.dependency("database", ServiceLifecycle.class)).isNotNull();
			this.application.journal.add("has it");
		}).dependsOn("database"))
			.run((running) -> assertThat(this.application.journal).contains("has it", "start pollBook"));
	}

	@Test
	@Export({ "Name", "Required", "Dependencies", "String" })
	void snapshotDescribesService() {
		this.application
			.with(this.application.service("a"), this.application.service("b").dependsOn("a").required(false))
			.run((running) -> {
				ServiceSnapshot snapshot = running.services().snapshot("b");
				assertThat(snapshot.name()).isEqualTo("b");
				assertThat(snapshot.service().required()).isFalse();
				assertThat(snapshot.service().dependencies()).extracting(ServiceDependency::name).containsExactly("a");
			});
	}

	@Test
	@Export("RetryConf")
	void attemptHasTotalAndTimeOfTheNext() {
		this.application.with(failing("mc").retry((retry) -> retry.maxRetries(4).delay(Duration.ofSeconds(3))))
			.run((running) -> {
				ServiceSnapshot.Attempt attempt = running.services().snapshot("mc").currentAttempt();
				assertThat(attempt.total()).isEqualTo(5);
				assertThat(attempt.next()).isEqualTo(running.time().now().plusSeconds(3));
			});
	}

	@Test
	@Export({ "Started", "Stopped" })
	void futuresTellOfStartAndStop() {
		this.application.with(this.application.service("a")).run((running) -> {
			assertThat(running.services().whenRunning("a")).succeedsWithin(Duration.ofSeconds(10));
			CompletableFuture<ServiceSnapshot> stopped = running.services().whenStopped("a");
			assertThat(stopped).isNotDone();
			running.services().stop("a").join();
			running.settle();
			assertThat(stopped).succeedsWithin(Duration.ofSeconds(10));
		});
	}

	@ParameterizedTest
	@CsvSource({ "a, a, a, 'depends on itself'", "a, 'b,b', b, 'more than once'",
			"a, x, b, 'there is no service of that name'", "a, b, a, 'cycle'" })
	@Export({ "ErrServiceAlreadyExists", "ErrServiceDependsOnItself", "ErrServiceDuplicateDependency",
			"ErrDependencyMissing", "ErrDependencyCircular" })
	void wrongGraphIsRefused(String name, String dependencies, String dependencyOfOther, String message) {
		SmallApplication wrong = this.application;
		ServiceRegistration other = wrong.service("b");
		if (!dependencyOfOther.equals("b")) {
			other.dependsOn(dependencyOfOther);
		}
		wrong.with(wrong.service(name).dependsOn(dependencies.split(",")), other)
			.refused((text) -> assertThat(text).contains(message));
	}

	@Test
	@Export({ "ErrServiceDependsOnItself", "ErrServiceDuplicateDependency", "ErrDependencyMissing",
			"ErrDependencyCircular" })
	void allMistakesAreToldAtOnceAndNothingStarts() {
		this.application
			.with(this.application.service("self").dependsOn("self"), this.application.service("a"),
					this.application.service("twice").dependsOn("a", "a"),
					this.application.service("missing").dependsOn("nowhere"),
					this.application.service("egg").dependsOn("hen"), this.application.service("hen").dependsOn("egg"))
			.refused((text) -> assertThat(text).contains("depends on itself", "more than once", "nowhere", "cycle",
					"egg", "hen"));
		assertThat(this.application.journal).isEmpty();
	}

	@Test
	@Export("ErrServiceWithoutBase")
	void serviceNeedsNoBaseClass() {
		this.application.with(Injected.class)
			.run((running) -> assertThat(running.state("injected")).isEqualTo(ServiceState.RUNNING));
	}

	@Test
	@Export("ErrDependencyUnavailable")
	void dependentOfWhatFailedIsNeverStartedAndNamesIt() {
		this.application
			.with(this.application.service("c").dependsOn("b"), this.application.service("b").dependsOn("a", "ok"),
					failing("a").retry((retry) -> retry.maxRetries(2).delay(Duration.ofSeconds(1))),
					this.application.service("ok"))
			.run((running) -> {
				assertThat(running.state("a")).isEqualTo(ServiceState.BACKOFF);
				CompletableFuture<Void> asked = running.services().start("b");
				running.advance(Duration.ofMinutes(10));
				assertThat(running.state("a")).isEqualTo(ServiceState.FAILED);
				running.services().start("c");
				running.advance(Duration.ofMinutes(10));
				assertThat(this.application.journal).doesNotContain("start b", "start c");
				assertThat(running.state("b")).isEqualTo(ServiceState.WAITING);
				assertThat(running.services().blockers("b")).extracting(ServiceSnapshot::name).containsExactly("a");
				assertThat(running.services().blockers("c")).extracting(ServiceSnapshot::name)
					.containsExactly("b", "a");
				assertThat(asked).failsWithin(Duration.ofSeconds(10))
					.withThrowableThat()
					.havingCause()
					.isInstanceOfSatisfying(ServiceException.class,
							(failure) -> assertThat(failure.getService()).isEqualTo("b"))
					.withMessageContainingAll("'b'", "'a'", "refused");
				assertThatExceptionOfType(ServiceException.class)
					.isThrownBy(() -> running.services().get("c", Object.class, Duration.ZERO))
					.satisfies((failure) -> assertThat(failure.getService()).isEqualTo("c"))
					.withMessageContainingAll("'c'", "'a'", "refused");
			});
	}

	@Test
	@Export("ErrDependencyUnavailable")
	void dependentStartsWhenItsDependencyHasRecovered() {
		AtomicBoolean up = new AtomicBoolean();
		this.application.with(this.application.service("a", (context) -> {
			if (!up.get()) {
				throw new IOException("refused");
			}
		}).retry((retry) -> retry.maxRetries(0)), this.application.service("b").dependsOn("a"),
				this.application.service("c").dependsOn("b"))
			.run((running) -> {
				running.advance(Duration.ofMinutes(10));
				assertThat(this.application.journal).containsExactly("stop a");
				assertThat(running.state("c")).isEqualTo(ServiceState.WAITING);
				up.set(true);
				running.services().start("a");
				running.settle();
				assertThat(this.application.journal).containsExactly("stop a", "start a", "start b", "start c");
			});
	}

	@Test
	@Export("ErrParentUnavailable")
	void dependencyOfWhatCannotStopIsStoppedAfterItAndTheErrorNamesIt() {
		ServiceRegistration stuck = new ServiceRegistration("stuck", new ServiceLifecycle() {
			@Override
			public void stop(ServiceContext context) throws IOException {
				BandMasterParityTests.this.application.journal.add("stuck");
				throw new IOException("lost");
			}
		}).dependsOn("a").retry((retry) -> retry.maxRetries(2).delay(Duration.ofSeconds(1)));
		this.application.with(this.application.service("a"), stuck).run((running) -> {
			CompletableFuture<Void> stopped = running.services().stop();
			running.advance(Duration.ofMinutes(1));
			assertThat(stopped).failsWithin(Duration.ofSeconds(10))
				.withThrowableThat()
				.havingCause()
				.isInstanceOfSatisfying(ServiceException.class,
						(failure) -> assertThat(failure.getService()).isEqualTo("stuck"))
				.withMessageContainingAll("'stuck'", "lost");
			assertThat(running.state("a")).isEqualTo(ServiceState.STOPPED);
			assertThat(this.application.journal).containsExactly("start a", "stuck", "stuck", "stuck", "stop a");
			await().untilAsserted(
					() -> assertThat(this.application.events).filteredOn(LifecycleEvent.StopFailed.class::isInstance)
						.extracting((event) -> ((LifecycleEvent.StopFailed) event).service().name())
						.containsOnly("stuck"));
		});
	}

	@Test
	@Export({ "Error", "ErrServiceStartFailure", "ErrServiceStopFailure" })
	void failureNamesServiceAndCause() {
		this.application.with(failing("a").retry((retry) -> retry.maxRetries(0))).run((running) -> {
			assertThat(running.services().snapshot("a").failure()).isInstanceOf(IOException.class);
			assertThatExceptionOfType(ServiceException.class)
				.isThrownBy(() -> running.services().get("a", Object.class, Duration.ZERO))
				.satisfies((failure) -> assertThat(failure.getService()).isEqualTo("a"))
				.withRootCauseInstanceOf(IOException.class);
		});
	}

	@ManagedService(name = "injected")
	static class Injected {

		final ManagedServices services;

		Injected(ManagedServices services) {
			this.services = services;
		}

	}

}
