// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServicePlan;
import io.managedservices.monitor.WorkSnapshot;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what an operator does to put services to sleep.
 */
class SleepOperationTests {

	private final SteppedWork stepped = new SteppedWork(SteppedWork.service("mail", (context) -> {
	}), SteppedWork.service("other", (context) -> {
	}));

	@Test
	void performSleepAndWakeChangesOneServiceAtOnce() {
		this.stepped.start();
		CompletableFuture<Void> asleep = this.stepped.engine.perform(ServiceAction.SLEEP, "mail");
		this.stepped.run();
		assertThat(asleep).isCompleted();
		assertThat(this.stepped.engine.work("mail").asleep()).isTrue();
		assertThat(this.stepped.engine.work("other")).isEqualTo(WorkSnapshot.NONE);
		assertThat(this.stepped.state("mail")).isEqualTo(ServiceState.RUNNING);
		CompletableFuture<Void> awake = this.stepped.engine.perform(ServiceAction.WAKE, "mail");
		this.stepped.run();
		assertThat(awake).isCompleted();
		assertThat(this.stepped.engine.work("mail")).isEqualTo(WorkSnapshot.NONE);
	}

	@Test
	void performSleepWhenOtherOperationIsUnderWayLeavesItAlone() {
		this.stepped.start();
		CompletableFuture<Void> restart = this.stepped.engine.perform(ServiceAction.RESTART, "mail");
		CompletableFuture<Void> asleep = this.stepped.engine.perform(ServiceAction.SLEEP, "mail");
		this.stepped.run();
		assertThat(asleep).isCompleted();
		assertThat(restart).isCompleted();
	}

	@Test
	void planSleepStopsAndStartsNothing() {
		this.stepped.start();
		ServicePlan plan = this.stepped.engine.plan(ServiceAction.SLEEP, "mail");
		assertThat(plan.stop()).isEmpty();
		assertThat(plan.start()).isEmpty();
	}

}
