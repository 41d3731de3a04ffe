// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.managedservices.Restart.OnGiveUp;
import io.managedservices.Restart.Policy;
import io.managedservices.ServiceContext;
import io.managedservices.internal.graph.RestartSettings;
import io.managedservices.internal.graph.RestartSettings.Backoff;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for who gives a service all its restarts back, in virtual time. It may be
 * restarted twice a day.
 */
class RestartBudgetTests {

	private static final RestartSettings TWICE_A_DAY = new RestartSettings(Policy.ON_FAILURE, 2, Duration.ofDays(1),
			new Backoff(Duration.ofSeconds(1), 2, Duration.ofSeconds(10)), OnGiveUp.DEGRADE);

	private @Nullable ServiceContext context;

	private final SteppedEngine stepped = new SteppedEngine(
			TestService.named("a").start((started) -> this.context = started).restart(TWICE_A_DAY).build());

	@ParameterizedTest
	@EnumSource(names = { "START", "RESTART", "RETRY", "ENABLE" })
	void performWhenServiceWasGivenUpGivesAllRestartsBack(ServiceAction action) {
		startAll();
		assertRestartsLeft(2);
		perform(action);
		assertRestartsLeft(2);
	}

	@ParameterizedTest
	@EnumSource(names = { "START", "RESTART" })
	void performWhenServiceRunsGivesAllRestartsBack(ServiceAction action) {
		startAll();
		failOnce();
		perform(action);
		assertRestartsLeft(2);
	}

	@Test
	void performStartWhenOperatorHadStoppedItGivesAllRestartsBack() {
		startAll();
		failOnce();
		perform(ServiceAction.STOP);
		perform(ServiceAction.START);
		assertRestartsLeft(2);
	}

	@Test
	void performRetryWhenServiceWaitsForItsRestartGivesAllRestartsBack() {
		startAll();
		failOnce();
		fail();
		perform(ServiceAction.RETRY);
		assertRestartsLeft(2);
	}

	@ParameterizedTest
	@EnumSource(names = { "DISABLE", "ON_DEMAND" })
	void performEnableWhenServiceWasNotToRunGivesAllRestartsBack(ServiceAction before) {
		startAll();
		failOnce();
		perform(before);
		assertThat(state()).isEqualTo(ServiceState.STOPPED);
		perform(ServiceAction.ENABLE);
		assertRestartsLeft(2);
	}

	@Test
	void performEnableWhenServiceWasGivenUpAndDisabledGivesAllRestartsBack() {
		startAll();
		assertRestartsLeft(2);
		perform(ServiceAction.DISABLE);
		assertThat(state()).isEqualTo(ServiceState.STOPPED);
		perform(ServiceAction.ENABLE);
		assertRestartsLeft(2);
	}

	@Test
	void startOfAllGivesAllRestartsBack() {
		startAll();
		failOnce();
		this.stepped.engine.stop();
		this.stepped.runTasks();
		startAll();
		assertRestartsLeft(2);
	}

	@Test
	void failWhenNobodyInterferesCountsRestartsOfTheWindow() {
		startAll();
		failOnce();
		this.stepped.pass(Duration.ofHours(23));
		assertRestartsLeft(1);
	}

	private void startAll() {
		this.stepped.engine.start();
		this.stepped.runTasks();
	}

	private void perform(ServiceAction action) {
		assertThat(this.stepped.engine.perform(action, "a")).isNotCancelled();
		this.stepped.runTasks();
	}

	private void fail() {
		assertThat(state()).isEqualTo(ServiceState.RUNNING);
		Objects.requireNonNull(this.context).fail(new IllegalStateException("lost"));
		this.stepped.runTasks();
	}

	private void failOnce() {
		fail();
		this.stepped.pass(Duration.ofMinutes(1));
		assertThat(state()).isEqualTo(ServiceState.RUNNING);
	}

	private void assertRestartsLeft(int count) {
		for (int restart = 0; restart < count; restart++) {
			failOnce();
		}
		fail();
		assertThat(state()).isEqualTo(ServiceState.FAILED);
	}

	private ServiceState state() {
		return this.stepped.engine.snapshot("a").state();
	}

}
