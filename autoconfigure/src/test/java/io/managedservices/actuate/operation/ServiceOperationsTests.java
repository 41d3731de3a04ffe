// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.operation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.managedservices.ManagedServices;
import io.managedservices.Shown;
import io.managedservices.actuate.operation.OperationDescriptor.Status;
import io.managedservices.actuate.operation.ServiceOperationEvent.Outcome;
import io.managedservices.monitor.OperationRefusedException;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServicePlan;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceException.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;

/**
 * Tests for {@link ServiceOperations}.
 */
class ServiceOperationsTests {

	private final ManagedServices services = mock(ManagedServices.class);

	private final List<ServiceOperationEvent> events = new ArrayList<>();

	private final CompletableFuture<Void> future = new CompletableFuture<>();

	private final ServiceOperations operations = new ServiceOperations(this.services, List.of((event) -> {
		throw new IllegalStateException("listener");
	}, this.events::add), Shown.TEXTS, () -> Instant.EPOCH);

	@Test
	void performWhenAcceptedCanBeFollowedToItsEnd() {
		given(this.services.perform(ServiceAction.STOP, "database")).willReturn(this.future);
		OperationDescriptor accepted = accepted(perform("stop", "database", "false"));
		assertThat(accepted.action()).isEqualTo("stop");
		assertThat(accepted.service()).isEqualTo("database");
		assertThat(accepted.requestedBy()).isEqualTo("ada");
		assertThat(accepted.status()).isEqualTo(Status.PENDING);
		assertThat(this.operations.find(accepted.operation(), Shown.TEXTS)).isEqualTo(accepted);
		this.future.complete(null);
		assertThat(found(accepted).status()).isEqualTo(Status.SUCCEEDED);
		assertThat(found(accepted).message()).isNull();
		assertThat(this.events).containsExactly(
				new ServiceOperationEvent(
						new ServiceOperationEvent.Request("stop", ServiceAction.STOP, "database", null, "ada", false),
						accepted.operation(), Outcome.ACCEPTED, null),
				new ServiceOperationEvent(
						new ServiceOperationEvent.Request("stop", ServiceAction.STOP, "database", null, "ada", false),
						accepted.operation(), Outcome.SUCCEEDED, null));
		assertThat(this.events).extracting(ServiceOperationEvent::isEnd).containsExactly(false, true);
	}

	@Test
	void performWhenDoneAlreadySaysSoInItsAnswer() {
		given(this.services.perform(ServiceAction.STOP, "database"))
			.willReturn(CompletableFuture.completedFuture(null));
		assertThat(accepted(perform("stop", "database", null)).status()).isEqualTo(Status.SUCCEEDED);
		assertThat(this.events).extracting(ServiceOperationEvent::outcome)
			.containsExactly(Outcome.ACCEPTED, Outcome.SUCCEEDED);
	}

	@Test
	void performWhenItDoesNotComeAboutTellsWhy() {
		assertEnd(new ServiceException("database", "It does not run", null), Status.FAILED, Outcome.FAILED,
				"It does not run");
		assertEnd(new CancellationException("Another came in between"), Status.CANCELLED, Outcome.CANCELLED,
				"Another came in between");
		assertEnd(new IllegalStateException(), Status.FAILED, Outcome.FAILED, "java.lang.IllegalStateException");
		assertEnd(new OperationRefusedException("database", "It has changed"), Status.REFUSED, Outcome.REFUSED,
				"It has changed");
	}

	private void assertEnd(Exception failure, Status status, Outcome outcome, String message) {
		CompletableFuture<Void> pending = new CompletableFuture<>();
		given(this.services.perform(ServiceAction.START, "database")).willReturn(pending.thenRun(() -> {
		}));
		OperationDescriptor accepted = accepted(perform("start", "database", null));
		this.events.clear();
		pending.completeExceptionally(failure);
		assertThat(found(accepted).status()).isEqualTo(status);
		assertThat(found(accepted).message()).isEqualTo(message);
		assertThat(this.events).singleElement().satisfies((event) -> {
			assertThat(event.outcome()).isEqualTo(outcome);
			assertThat(event.isEnd()).isTrue();
			assertThat(event.message()).isEqualTo(message);
		});
	}

	@Test
	void performWhenRefusedOnReturnIsNoOperation() {
		given(this.services.perform(ServiceAction.RETRY, "database"))
			.willReturn(CompletableFuture.failedFuture(new OperationRefusedException("database", "It is RUNNING")));
		assertError(perform("retry", "database", null), 409, Outcome.REFUSED, "It is RUNNING");
	}

	@Test
	void performWhenServiceIsUnknownAnswers404() {
		given(this.services.perform(ServiceAction.STOP, "databas"))
			.willThrow(new ServiceException("databas", "Did you mean 'database'?", null));
		assertError(perform("stop", "databas", null), 404, Outcome.UNKNOWN_SERVICE, "Did you mean 'database'?");
	}

	@Test
	void performWhenActionIsUnknownNamesAllAndTouchesNothing() {
		for (String action : List.of("explode", "STOP", "on_demand", "")) {
			this.events.clear();
			assertError(perform(action, "database", null), 400, Outcome.INVALID, "Action '" + action
					+ "' does not exist: expected one of start, stop, restart, retry, fail, enable, disable, on-demand");
			assertThat(this.events.get(0).request().action()).isNull();
			assertThat(this.events.get(0).request().requested()).isEqualTo(action);
		}
		verifyNoInteractions(this.services);
	}

	@Test
	void performWhenActionIsMissingNamesAll() {
		assertError(perform(null, "database", null), 400, Outcome.INVALID,
				"The action is missing: expected one of start, ");
	}

	@Test
	void performWhenDryRunIsNotKnownDoesNothing() {
		assertError(perform("stop", "database", "yes"), 400, Outcome.INVALID,
				"dryRun 'yes' is not known: expected one of true, false");
		verifyNoInteractions(this.services);
	}

	@Test
	void performWhenTextsAreLongTellsTheirBeginning() {
		assertThat(perform("x".repeat(100_000), "y".repeat(100_000), null).status()).isEqualTo(400);
		assertThat(this.events.get(0).request().requested()).hasSize(OperationRequest.MAX_TEXT + 1).endsWith("x…");
		assertThat(this.events.get(0).request().service()).hasSize(OperationRequest.MAX_TEXT + 1);
		assertThat(this.events.get(0).message()).hasSizeLessThan(500);
	}

	@Test
	void performWhenDryRunAnswersPlanAndDoesNothing() {
		given(this.services.plan(ServiceAction.RESTART, "database"))
			.willReturn(new ServicePlan(List.of("pollBook", "database"), List.of("database", "pollBook")));
		OperationAnswer answer = perform("restart", "database", "true");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.body())
			.isEqualTo(new PlanDescriptor("restart", "database", true, List.of("pollBook", "database"),
					List.of("database", "pollBook"), List.of("database", "pollBook"), List.of(), List.of(), List.of()));
		assertThat(this.events).singleElement().satisfies((event) -> {
			assertThat(event.outcome()).isEqualTo(Outcome.PLANNED);
			assertThat(event.request().dryRun()).isTrue();
		});
		verify(this.services, never()).perform(any(), any());
	}

	@Test
	void performWhenDryRunIsRefusedAnswers409() {
		given(this.services.plan(ServiceAction.RETRY, "database"))
			.willThrow(new OperationRefusedException("database", "It is RUNNING"));
		assertError(perform("retry", "database", "true"), 409, Outcome.REFUSED, "It is RUNNING");
		assertThat(this.events.get(0).request().dryRun()).isTrue();
	}

	@Test
	void findWhenManyCameAfterwardsHasForgotten() {
		given(this.services.perform(ServiceAction.STOP, "database")).willReturn(this.future);
		OperationDescriptor first = accepted(perform("stop", "database", null));
		OperationDescriptor second = accepted(perform("stop", "database", null));
		for (int count = 2; count <= RememberedOperations.MAX_OPERATIONS; count++) {
			perform("stop", "database", null);
		}
		assertThat(this.operations.find(first.operation(), Shown.TEXTS)).isNull();
		assertThat(found(second)).isEqualTo(second);
		this.future.complete(null);
		assertThat(this.operations.find(first.operation(), Shown.TEXTS)).isNull();
		assertThat(found(second).status()).isEqualTo(Status.SUCCEEDED);
	}

	@Test
	void queueWhenServiceRunsIsAnOperationThatIsDone() {
		OperationDescriptor accepted = accepted(queue("mail", "sendAll", null));
		verify(this.services).queueTask("mail", "sendAll");
		assertThat(accepted.action()).isEqualTo("queue");
		assertThat(accepted.status()).isEqualTo(Status.SUCCEEDED);
		assertThat(this.events).containsExactly(
				new ServiceOperationEvent(
						new ServiceOperationEvent.Request("queue", null, "mail", "sendAll", "ada", false),
						accepted.operation(), Outcome.ACCEPTED, null),
				new ServiceOperationEvent(
						new ServiceOperationEvent.Request("queue", null, "mail", "sendAll", "ada", false),
						accepted.operation(), Outcome.SUCCEEDED, null));
	}

	@Test
	void queueWhenRequestIsWrongDoesNothing() {
		this.events.clear();
		assertError(queue("mail", null, null), 400, Outcome.INVALID, "The task is missing: expected the name");
		this.events.clear();
		assertError(queue("mail", " ", null), 400, Outcome.INVALID, "The task is missing");
		this.events.clear();
		assertError(queue("mail", "sendAll", "true"), 400, Outcome.INVALID,
				"dryRun 'true' is not known to the action queue: expected false");
		this.events.clear();
		assertError(this.operations.perform(new OperationRequest("stop", "mail", "sendAll", null, null, "ada"),
				Shown.TEXTS), 400, Outcome.INVALID, "Task 'sendAll' cannot be given to the action 'stop'");
		verifyNoInteractions(this.services);
	}

	@Test
	void queueWhenNotPossibleSaysWhy() {
		willThrow(new ServiceException(Kind.UNKNOWN, "mial", "Did you mean 'mail'?", null)).given(this.services)
			.queueTask("mial", "sendAll");
		this.events.clear();
		assertError(queue("mial", "sendAll", null), 404, Outcome.UNKNOWN_SERVICE, "Did you mean 'mail'?");
		willThrow(new ServiceException("mail", "it is STOPPED", null)).given(this.services)
			.queueTask("mail", "sendAll");
		this.events.clear();
		assertError(queue("mail", "sendAll", null), 409, Outcome.REFUSED, "it is STOPPED");
		willThrow(new IllegalArgumentException("there is 'sendAll'")).given(this.services).queueTask("mail", "sendal");
		this.events.clear();
		assertError(queue("mail", "sendal", null), 400, Outcome.INVALID, "there is 'sendAll'");
	}

	@Test
	void holdOffIsAnOperationThatIsDone() {
		OperationDescriptor accepted = accepted(holdOff("10m", null));
		verify(this.services).holdOff(Duration.ofMinutes(10), "mail");
		assertThat(accepted.action()).isEqualTo("hold-off");
		assertThat(accepted.status()).isEqualTo(Status.SUCCEEDED);
		assertThat(this.events).containsExactly(
				new ServiceOperationEvent(
						new ServiceOperationEvent.Request("hold-off", null, "mail", null, "ada", false),
						accepted.operation(), Outcome.ACCEPTED, "for PT10M"),
				new ServiceOperationEvent(
						new ServiceOperationEvent.Request("hold-off", null, "mail", null, "ada", false),
						accepted.operation(), Outcome.SUCCEEDED, null));
		accepted(holdOff("0s", "false"));
		verify(this.services).holdOff(Duration.ZERO, "mail");
		accepted(holdOff("PT2H", null));
		verify(this.services).holdOff(Duration.ofHours(2), "mail");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", " ", "10", "soon", "-5m", "36501d", "10y", "99999999999999999999s", "999999999999999d" })
	void holdOffWhenTimeIsWrongDoesNothing(String time) {
		this.events.clear();
		assertError(holdOff(time, null), 400, Outcome.INVALID, "for '");
		verifyNoInteractions(this.services);
	}

	@Test
	void holdOffWhenRequestIsWrongDoesNothing() {
		this.events.clear();
		assertError(holdOff(null, null), 400, Outcome.INVALID, "The time is missing: expected for how long");
		this.events.clear();
		assertError(holdOff("10m", "true"), 400, Outcome.INVALID,
				"dryRun 'true' is not known to the action hold-off: expected false");
		this.events.clear();
		assertError(
				this.operations.perform(new OperationRequest("stop", "mail", null, null, "10m", "ada"), Shown.TEXTS),
				400, Outcome.INVALID, "for '10m' cannot be given to the action 'stop': expected the action hold-off");
		this.events.clear();
		assertError(
				this.operations.perform(new OperationRequest("hold-off", "mail", "sendAll", null, "10m", "ada"),
						Shown.TEXTS),
				400, Outcome.INVALID,
				"Task 'sendAll' cannot be given to the action 'hold-off': expected the action queue");
		verifyNoInteractions(this.services);
	}

	@Test
	void holdOffWhenServiceRunsWithoutALeaseIsRefused() {
		willThrow(new OperationRefusedException("mail", "it runs without a lease")).given(this.services)
			.holdOff(Duration.ofMinutes(10), "mail");
		this.events.clear();
		assertError(holdOff("10m", null), 409, Outcome.REFUSED, "it runs without a lease");
	}

	private OperationAnswer holdOff(@Nullable String time, @Nullable String dryRun) {
		return this.operations.perform(new OperationRequest("hold-off", "mail", null, dryRun, time, "ada"),
				Shown.TEXTS);
	}

	private OperationAnswer queue(String service, @Nullable String task, @Nullable String dryRun) {
		return this.operations.perform(new OperationRequest("queue", service, task, dryRun, null, "ada"), Shown.TEXTS);
	}

	private OperationAnswer perform(@Nullable String action, String service, @Nullable String dryRun) {
		return this.operations.perform(new OperationRequest(action, service, null, dryRun, null, "ada"), Shown.TEXTS);
	}

	private static OperationDescriptor accepted(OperationAnswer answer) {
		assertThat(answer.status()).isEqualTo(202);
		return (OperationDescriptor) answer.body();
	}

	private OperationDescriptor found(OperationDescriptor operation) {
		OperationDescriptor found = this.operations.find(operation.operation(), Shown.TEXTS);
		assertThat(found).isNotNull();
		return found;
	}

	private void assertError(OperationAnswer answer, int status, Outcome outcome, String message) {
		assertThat(answer.status()).isEqualTo(status);
		assertThat(((ErrorDescriptor) answer.body()).error()).startsWith(message);
		assertThat(this.events).singleElement().satisfies((event) -> {
			assertThat(event.outcome()).isEqualTo(outcome);
			assertThat(event.message()).startsWith(message);
			assertThat(event.operation()).isNull();
			assertThat(event.isEnd()).isFalse();
		});
	}

}
