// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.operation;

import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.managedservices.ManagedServices;
import io.managedservices.internal.text.FailureText;
import io.managedservices.monitor.OperationRefusedException;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServicePlan;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.monitor.WorkSnapshot;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * Tells what operators could do to a service now. Immutable.
 */
public final class PossibleOperations {

	static final String NOT_ALLOWED = "Writing is not allowed: management.endpoint.managedservices.access";

	static final String NOT_PERMITTED = "The security of the application does not let you change services.";

	private static final String NO_TASK = "Service '%s' has no task.";

	private static final String NOT_RUNNING = "Service '%s' is %s: only tasks of one that is RUNNING can be queued.";

	private static final String NO_LEASE = "Service '%s' runs without a lease: there is nothing to hold off.";

	private static final String NO_CHANGE = "It would change nothing.";

	private final ManagedServices services;

	private final BooleanSupplier writable;

	private final BooleanSupplier permitted;

	/**
	 * Create it.
	 * @param services the services, not touched before the first request
	 * @param writable whether the endpoint may be used to do something
	 * @param permitted whether who asks may, as far as that is known
	 */
	public PossibleOperations(ManagedServices services, BooleanSupplier writable, BooleanSupplier permitted) {
		this.services = services;
		this.writable = writable;
		this.permitted = permitted;
	}

	/**
	 * Whether the endpoint may be used to do something at all. Who may is up to the
	 * security of the application.
	 * @return whether it may
	 */
	public boolean isAllowed() {
		return this.writable.getAsBoolean();
	}

	/**
	 * What could be done to a service.
	 * @param service its name
	 * @return all actions
	 */
	public List<PossibleOperation> of(String service) {
		String refusal = !isAllowed() ? NOT_ALLOWED : !this.permitted.getAsBoolean() ? NOT_PERMITTED : null;
		ServiceSnapshot snapshot = this.services.snapshot(service);
		Stream<PossibleOperation> actions = Arrays.stream(ServiceAction.values())
			.map((action) -> of(action, snapshot, refusal));
		return Stream.concat(actions, Stream.of(queue(snapshot, refusal), holdOff(snapshot, refusal))).toList();
	}

	private PossibleOperation queue(ServiceSnapshot service, @Nullable String refusal) {
		boolean hasTasks = !work(service).tasks().isEmpty();
		String reason = !hasTasks ? NO_TASK.formatted(service.name()) : (service.state() != ServiceState.RUNNING)
				? NOT_RUNNING.formatted(service.name(), service.state()) : null;
		return of(OperationRequest.QUEUE, hasTasks, reason, refusal);
	}

	private static PossibleOperation holdOff(ServiceSnapshot service, @Nullable String refusal) {
		boolean leased = service.service().lease() != null;
		return of(OperationRequest.HOLD_OFF, leased, leased ? null : NO_LEASE.formatted(service.name()), refusal);
	}

	private static PossibleOperation of(String action, boolean changes, @Nullable String reason,
			@Nullable String refusal) {
		return new PossibleOperation(action, refusal == null && reason == null, changes,
				(refusal != null) ? refusal : reason);
	}

	private PossibleOperation of(ServiceAction action, ServiceSnapshot service, @Nullable String refusal) {
		try {
			boolean changes = changes(action, service, this.services.plan(action, service.name()));
			return new PossibleOperation(action.toString(), refusal == null, changes,
					(refusal != null) ? refusal : changes ? null : NO_CHANGE);
		}
		catch (OperationRefusedException ex) {
			return new PossibleOperation(action.toString(), false, false,
					(refusal != null) ? refusal : FailureText.line(String.valueOf(ex.getMessage())));
		}
	}

	private boolean changes(ServiceAction action, ServiceSnapshot service, ServicePlan plan) {
		boolean moves = !plan.stop().isEmpty() || !plan.start().isEmpty();
		return switch (action) {
			case START, RESTART, RETRY, FAIL -> moves;
			case STOP ->
				moves || service.state() != ServiceState.STOPPED || service.stopReason() != StopReason.OPERATOR;
			case ENABLE -> service.activation() != Activation.ENABLED;
			case DISABLE -> service.activation() != Activation.DISABLED;
			case ON_DEMAND -> service.activation() != Activation.ON_DEMAND;
			case CLEAR_ERRORS -> !service.reports().errors().isEmpty();
			case SLEEP -> !work(service).asleep() && !work(service).equals(WorkSnapshot.NONE);
			case WAKE -> work(service).asleep();
			default -> true;
		};
	}

	private WorkSnapshot work(ServiceSnapshot service) {
		return this.services.work(service.name());
	}

}
