// SPDX-License-Identifier: Apache-2.0
package io.managedservices.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import io.managedservices.ScriptedServices;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleEvent.Hanging;
import io.managedservices.monitor.LifecycleEvent.StopFailed;
import io.managedservices.monitor.LifecycleEvent.WorkFailed;
import io.managedservices.monitor.ServiceSnapshot.Timings;
import io.managedservices.monitor.ServiceSnapshot.Vitals;
import io.managedservices.monitor.WorkCounts;
import io.managedservices.monitor.Workload;
import io.managedservices.state.Condition.Severity;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.WorkKind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ManagedServicesMetrics}.
 */
class ManagedServicesMetricsTests {

	private static final IllegalStateException FAILURE = new IllegalStateException("refused");

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final ScriptedServices services = new ScriptedServices().required("database")
		.required("pollBook", "database");

	private final ManagedServicesMetrics metrics = new ManagedServicesMetrics(() -> this.services, Runnable::run);

	@Test
	void bindWhenNothingHappenedCountsStatesAndIsZero() {
		this.metrics.bindTo(this.registry);
		assertThat(gauge("managed.services.state", "state", "stopped")).isEqualTo(2);
		assertThat(gauge("managed.services.state", "state", "running")).isZero();
		assertThat(counter("managed.services.attempts")).isZero();
		assertThat(counter("managed.services.failures")).isZero();
		assertThat(this.registry.find("managed.services.started.time").timers()).isEmpty();
	}

	@Test
	void workIsCountedByServiceAndKind() {
		this.metrics.bindTo(this.registry);
		assertThat(this.registry.find("managed.services.work.microtasks.finished").meters()).isEmpty();
		this.services.counts("database", new WorkCounts(10, 2, 6, 5, 3));
		look();
		assertThat(work("microtasks.finished")).isEqualTo(10);
		assertThat(work("microtasks.failed")).isEqualTo(2);
		assertThat(work("events.emitted")).isEqualTo(6);
		assertThat(work("events.delivered")).isEqualTo(5);
		assertThat(work("events.dropped")).isEqualTo(3);
		assertThat(this.registry.find("managed.services.work.failures").counters()).isEmpty();
		fail(WorkKind.MICRO_TASK, "first");
		fail(WorkKind.MICRO_TASK, "second");
		fail(WorkKind.WORKER, "first");
		assertThat(this.registry.get("managed.services.work.failures")
			.tags("service", "database", "kind", "micro-task")
			.counter()
			.count()).isEqualTo(2);
		assertThat(this.registry.find("managed.services.work.failures").counters()).hasSize(2);
	}

	@Test
	void workersTasksAndEventsAreGaugedByService() {
		this.metrics.bindTo(this.registry);
		this.services.counts("database", new WorkCounts(new WorkCounts.MicroTasks(0, 0),
				new WorkCounts.Events(0, 0, 0, 3), 4, 5, 6, new WorkCounts.Levels(7, 8, 9, 10, 11, true)));
		look();
		assertThat(work("events.exposed.dropped")).isEqualTo(3);
		assertThat(work("workers.restarts")).isEqualTo(4);
		assertThat(work("tasks.runs")).isEqualTo(5);
		assertThat(work("ticks")).isEqualTo(6);
		assertThat(level("workers", "state", "running")).isEqualTo(7);
		assertThat(level("workers", "state", "backoff")).isEqualTo(8);
		assertThat(level("tasks", "state", "queued")).isEqualTo(9);
		assertThat(level("tasks", "state", "running")).isEqualTo(10);
		assertThat(level("events.held")).isEqualTo(11);
		assertThat(level("asleep")).isEqualTo(1);
	}

	@Test
	void workIsMeasuredWhereThereIsSuchWorkOnly() {
		this.metrics.bindTo(this.registry);
		look();
		assertThat(workOf("database")).isEmpty();
		this.services.counts("database", new WorkCounts(new WorkCounts.MicroTasks(0, 0),
				new WorkCounts.Events(0, 0, 0, 0), 0, 1, 0, new WorkCounts.Levels(0, 0, 0, 0, 0, false)));
		look();
		assertThat(workOf("database")).containsOnly("managed.services.work.tasks", "managed.services.work.tasks.runs");
	}

	// What is looked at is looked for.
	private void look() {
		gauge("managed.services.ready", "service", "database");
	}

	private List<String> workOf(String service) {
		return this.registry.getMeters()
			.stream()
			.filter((meter) -> service.equals(meter.getId().getTag("service"))
					&& meter.getId().getName().startsWith("managed.services.work."))
			.map((meter) -> meter.getId().getName())
			.distinct()
			.toList();
	}

	@Test
	void startThatHasNotEndedIsTimedAndItsSeriesGoWithIt() {
		this.metrics.bindTo(this.registry);
		assertThat(this.registry.find("managed.services.starting").meters()).isEmpty();
		this.services.move("database", ServiceState.STARTING);
		this.services.move("database", ServiceState.BACKOFF);
		this.services.move("database", ServiceState.STARTING);
		assertThat(
				this.registry.get("managed.services.starting").tag("service", "database").longTaskTimer().activeTasks())
			.isEqualTo(1);
		this.services.move("database", ServiceState.RUNNING);
		assertThat(this.registry.find("managed.services.starting").meters()).isEmpty();
	}

	@Test
	void failingIsTheCulpritAndNotWhoWaits() {
		this.metrics.bindTo(this.registry);
		this.services.move("database", ServiceState.BACKOFF);
		assertThat(gauge("managed.services.failing", "service", "database")).isEqualTo(1);
		this.services.move("database", ServiceState.WAITING);
		assertThat(gauge("managed.services.failing", "service", "database")).isZero();
	}

	@Test
	void lastStartIsKept() {
		this.metrics.bindTo(this.registry);
		assertThat(this.registry.get("managed.services.last.start").timeGauge().value(TimeUnit.SECONDS)).isNaN();
		this.services.tell(new LifecycleEvent.Started(Duration.ofSeconds(7), null));
		assertThat(this.registry.get("managed.services.last.start").timeGauge().value(TimeUnit.SECONDS)).isEqualTo(7);
	}

	@Test
	void stateOfEachServiceIsMeasuredWhenAskedFor() {
		this.metrics.bindTo(this.registry);
		assertThat(this.registry.find("managed.services.service.state").meters()).isEmpty();
		SimpleMeterRegistry other = new SimpleMeterRegistry();
		new ManagedServicesMetrics(() -> this.services, Runnable::run, true).bindTo(other);
		this.services.move("database", ServiceState.BACKOFF);
		assertThat(other.find("managed.services.service.state").tag("service", "database").gauges())
			.hasSize(ServiceState.values().length);
		assertThat(other.get("managed.services.service.state")
			.tags("service", "database", "state", "backoff")
			.gauge()
			.value()).isEqualTo(1);
		assertThat(other.get("managed.services.service.state")
			.tags("service", "database", "state", "running")
			.gauge()
			.value()).isZero();
	}

	private double level(String what, String... tags) {
		return this.registry.get("managed.services.work." + what).tag("service", "database").tags(tags).gauge().value();
	}

	@Test
	void whatHangsIsCounted() {
		this.metrics.bindTo(this.registry);
		assertThat(counter("managed.services.hanging")).isZero();
		for (String what : new String[] { "start", "worker 'inbox'", "worker 'inbox'" }) {
			this.services.tell(new Hanging(this.services.snapshot("database"), what, Duration.ofSeconds(1),
					"managed-services.services.database.stop-timeout", List.of()));
		}
		assertThat(counter("managed.services.hanging")).isEqualTo(3);
		assertThat(counter("managed.services.failures")).isZero();
	}

	@Test
	void workloadIsGauged() {
		this.metrics.bindTo(this.registry);
		this.services.workload(new Workload(4, 1, 2, 8, 3, new Workload.Lines(5, 6, Workload.Waits.NONE,
				new Workload.Waits(7, Duration.ofMillis(1500), Duration.ofSeconds(1)), Workload.Waits.NONE)));
		assertThat(workload("task.slots")).isEqualTo(4);
		assertThat(workload("tasks.running")).isEqualTo(1);
		assertThat(workload("tasks.queued")).isEqualTo(2);
		assertThat(workload("microtasks.limit")).isEqualTo(8);
		assertThat(workload("microtasks.running")).isEqualTo(3);
		assertThat(workload("microtasks.waiting", "priority", "medium")).isEqualTo(5);
		assertThat(workload("microtasks.waiting", "priority", "low")).isEqualTo(6);
		FunctionTimer waits = this.registry.get("managed.services.work.microtasks.waits")
			.tag("priority", "medium")
			.functionTimer();
		assertThat(waits.count()).isEqualTo(7);
		assertThat(waits.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(1500);
		assertThat(this.registry.get("managed.services.work.microtasks.waits.longest")
			.tag("priority", "medium")
			.timeGauge()
			.value(TimeUnit.SECONDS)).isEqualTo(1);
	}

	private void fail(WorkKind kind, String name) {
		this.services.tell(new WorkFailed(this.services.snapshot("database"), new ServiceFailure(
				new ServiceFailure.Source("database", kind, name), FAILURE, List.of(), Instant.EPOCH, Severity.ERROR)));
	}

	private double work(String what) {
		return this.registry.get("managed.services.work." + what).tag("service", "database").functionCounter().count();
	}

	private double workload(String what, String... tags) {
		return this.registry.get("managed.services.work." + what).tags(tags).gauge().value();
	}

	@Test
	void startWhenSecondAttemptSucceedsCountsAndTimes() {
		this.metrics.bindTo(this.registry);
		move(ServiceState.WAITING).move("database", ServiceState.STARTING)
			.move("database", ServiceState.STOPPING, StopReason.START_FAILED, FAILURE)
			.move("database", ServiceState.BACKOFF, null, FAILURE)
			.move("database", ServiceState.STARTING)
			.timings("database", new Timings(Instant.EPOCH, Duration.ofMillis(1500), null))
			.move("database", ServiceState.RUNNING);
		assertThat(counter("managed.services.attempts")).isEqualTo(2);
		assertThat(counter("managed.services.failures")).isEqualTo(1);
		assertTimer("managed.services.started.time", "success", 1500);
		assertThat(this.registry.find("managed.services.stopped.time").timers()).isEmpty();
		assertThat(gauge("managed.services.state", "state", "running")).isEqualTo(1);
		assertThat(gauge("managed.services.state", "state", "stopped")).isEqualTo(1);
	}

	@Test
	void startWhenThereIsNothingToCleanUpCountsFailures() {
		this.metrics.bindTo(this.registry);
		move(ServiceState.STARTING).move("database", ServiceState.BACKOFF, null, FAILURE)
			.move("database", ServiceState.STARTING)
			.timings("database", new Timings(Instant.EPOCH, null, null))
			.move("database", ServiceState.FAILED, null, FAILURE);
		assertThat(counter("managed.services.attempts")).isEqualTo(2);
		assertThat(counter("managed.services.failures")).isEqualTo(2);
		assertTimer("managed.services.started.time", "failure", ServiceState.FAILED.ordinal() * 1000L);
	}

	@Test
	void startWhenGivenUpAfterCleanUpTimesFailure() {
		this.metrics.bindTo(this.registry);
		move(ServiceState.STARTING).timings("database", new Timings(Instant.EPOCH, null, null))
			.move("database", ServiceState.STOPPING, StopReason.START_FAILED, FAILURE)
			.move("database", ServiceState.FAILED, null, FAILURE);
		assertThat(counter("managed.services.failures")).isEqualTo(1);
		assertTimer("managed.services.started.time", "failure", ServiceState.FAILED.ordinal() * 1000L);
		assertThat(this.registry.find("managed.services.stopped.time").timers()).isEmpty();
	}

	@Test
	void prepareWhenFailsCountsFailureOnly() {
		this.metrics.bindTo(this.registry);
		move(ServiceState.PREPARING).move("database", ServiceState.FAILED, null, FAILURE);
		assertThat(counter("managed.services.failures")).isEqualTo(1);
		assertThat(this.registry.find("managed.services.started.time").timers()).isEmpty();
	}

	@Test
	void stopWhenServiceRanTimesIt() {
		this.metrics.bindTo(this.registry);
		move(ServiceState.RUNNING).move("database", ServiceState.STOPPING, StopReason.SHUTDOWN, null)
			.timings("database", new Timings(Instant.EPOCH, null, Duration.ofMillis(70)))
			.move("database", ServiceState.STOPPED);
		assertTimer("managed.services.stopped.time", "success", 70);
		assertThat(counter("managed.services.failures")).isZero();
	}

	@Test
	void stopWhenFailsTwiceCountsFailuresAndTimesOne() {
		this.metrics.bindTo(this.registry);
		move(ServiceState.RUNNING).move("database", ServiceState.STOPPING, StopReason.SHUTDOWN, null)
			.timings("database", new Timings(Instant.EPOCH, null, Duration.ofMillis(70)));
		this.services.tell(new StopFailed(this.services.snapshot("database"), FAILURE, true));
		this.services.tell(new StopFailed(this.services.snapshot("database"), FAILURE, false));
		this.services.move("database", ServiceState.FAILED, null, FAILURE);
		assertTimer("managed.services.stopped.time", "failure", 70);
		assertThat(counter("managed.services.failures")).isEqualTo(2);
		assertThat(this.registry.find("managed.services.started.time").timers()).isEmpty();
	}

	@Test
	void startWhenCancelledIsNeitherFailureNorStop() {
		this.metrics.bindTo(this.registry);
		move(ServiceState.STARTING).move("database", ServiceState.STOPPING, StopReason.SHUTDOWN, null)
			.timings("database", new Timings(Instant.EPOCH, null, Duration.ofMillis(70)))
			.move("database", ServiceState.STOPPED);
		assertThat(counter("managed.services.failures")).isZero();
		assertThat(this.registry.find("managed.services.stopped.time").timers()).isEmpty();
		assertThat(this.registry.find("managed.services.started.time").timers()).isEmpty();
	}

	@Test
	void vitalsWhenTheyChangeAreRead() {
		this.metrics.bindTo(this.registry);
		move(ServiceState.RUNNING);
		assertThat(gauge("managed.services.ready", "service", "database")).isEqualTo(1);
		assertThat(gauge("managed.services.ready", "service", "pollBook")).isZero();
		this.services.vitals("database", new Vitals(false, false, null, FAILURE));
		assertThat(gauge("managed.services.ready", "service", "database")).isZero();
		assertThat(gauge("managed.services.healthy", "service", "database")).isZero();
	}

	@Test
	void metersWhenRestartedAHundredTimesDoNotGrow() {
		this.metrics.bindTo(this.registry);
		restart();
		int meters = this.registry.getMeters().size();
		assertThat(meters).isEqualTo(23 + 4 + 2 * 8);
		for (int restart = 0; restart < 100; restart++) {
			restart();
		}
		assertThat(this.registry.getMeters()).hasSize(meters);
		assertThat(counter("managed.services.attempts")).isEqualTo(303);
		assertThat(gauge("managed.services.state", "state", "failed")).isEqualTo(1);
		assertThat(gauge("managed.services.state", "state", "running")).isZero();
	}

	@Test
	void unregisteredServiceTakesItsMetersWithItButNotThoseOfItems() {
		this.metrics.bindTo(this.registry);
		this.registry.counter("managed.services.items.processed", "service", "database");
		this.registry.timer("managed.services.item", "service", "database");
		this.services.tell(new LifecycleEvent.ServiceUnregistered(this.services.snapshot("database")));
		assertThat(this.registry.getMeters()).filteredOn((meter) -> "database".equals(meter.getId().getTag("service")))
			.extracting((meter) -> meter.getId().getName())
			.containsExactly("managed.services.items.processed");
	}

	@Test
	void bindWhenServicesRunAlreadyMeasuresTheirStop() {
		this.services.move("database", ServiceState.RUNNING);
		this.metrics.bindTo(this.registry);
		assertThat(gauge("managed.services.state", "state", "running")).isEqualTo(1);
		this.services.move("database", ServiceState.STOPPING, StopReason.SHUTDOWN, null)
			.timings("database", new Timings(Instant.EPOCH, null, Duration.ofMillis(70)))
			.move("database", ServiceState.STOPPED);
		assertTimer("managed.services.stopped.time", "success", 70);
	}

	@Test
	void closeStopsMeasuring() {
		this.metrics.bindTo(this.registry);
		assertThat(this.services.listeners()).isEqualTo(1);
		this.metrics.close();
		assertThat(this.services.listeners()).isZero();
	}

	private void restart() {
		Timings timings = new Timings(Instant.EPOCH, Duration.ofMillis(1), Duration.ofMillis(1));
		this.services.timings("database", timings)
			.move("database", ServiceState.STARTING)
			.move("database", ServiceState.STOPPING, StopReason.START_FAILED, FAILURE)
			.move("database", ServiceState.FAILED, null, FAILURE)
			.move("database", ServiceState.STARTING)
			.move("database", ServiceState.RUNNING)
			.move("database", ServiceState.STOPPING)
			.move("database", ServiceState.STOPPED)
			.move("database", ServiceState.RUNNING)
			.move("database", ServiceState.STOPPING)
			.move("database", ServiceState.FAILED, null, FAILURE);
	}

	private ScriptedServices move(ServiceState state) {
		return this.services.move("database", state);
	}

	private double counter(String name) {
		return this.registry.get(name).tag("service", "database").counter().count();
	}

	private double gauge(String name, String tag, String value) {
		return this.registry.get(name).tag(tag, value).gauge().value();
	}

	private void assertTimer(String name, String outcome, long millis) {
		assertThat(this.registry.find(name).timers()).hasSize(1);
		Timer timer = this.registry.get(name).tag("service", "database").tag("outcome", outcome).timer();
		assertThat(timer.count()).isEqualTo(1);
		assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(millis);
	}

}
