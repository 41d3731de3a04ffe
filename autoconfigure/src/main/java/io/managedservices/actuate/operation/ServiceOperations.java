// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.operation;

import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import io.managedservices.ManagedServices;
import io.managedservices.actuate.operation.OperationDescriptor.Status;
import io.managedservices.actuate.operation.ServiceOperationEvent.Outcome;
import io.managedservices.internal.line.GuardedLog;
import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.sanitize.FailureWords;
import io.managedservices.internal.sanitize.TextSanitizer;
import io.managedservices.internal.text.FailureText;
import io.managedservices.monitor.OperationRefusedException;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServicePlan;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceException.Kind;

/**
 * What operators do to services over the endpoint: each attempt is answered, told to the
 * listeners, and, once accepted, remembered until
 * {@value RememberedOperations#MAX_OPERATIONS} others came after it. Safe for use by
 * several threads.
 *
 * @since 0.1.0
 */
public final class ServiceOperations {

	private static final Log logger = LineLog.of(ServiceOperations.class);

	private final ManagedServices services;

	private final List<ServiceOperationListener> listeners;

	private final TextSanitizer told;

	private final InstantSource time;

	private final RememberedOperations remembered = new RememberedOperations();

	/**
	 * Create operations.
	 * @param services the services, not touched before the first request
	 * @param listeners who is told of every attempt
	 * @param told what listeners are told of texts of others
	 * @param time the wall clock
	 */
	public ServiceOperations(ManagedServices services, List<ServiceOperationListener> listeners, TextSanitizer told,
			InstantSource time) {
		this.services = services;
		this.listeners = List.copyOf(listeners);
		this.told = told;
		this.time = time;
	}

	/**
	 * Does something to a service, or tells what that would do.
	 * @param request what is asked for
	 * @param sanitizer what is answered of texts of others
	 * @return the answer
	 */
	public OperationAnswer perform(OperationRequest request, TextSanitizer sanitizer) {
		ServiceAction action = request.serviceAction();
		String problem = request.problem();
		if (problem != null) {
			return error(request, Outcome.INVALID, problem);
		}
		try {
			if (request.isHoldOff()) {
				return begin(request, holdOff(request), sanitizer);
			}
			if (action == null) {
				return begin(request, queue(request), sanitizer);
			}
			return request.isDryRun() ? plan(request, action)
					: begin(request, this.services.perform(action, request.service()), sanitizer);
		}
		catch (OperationRefusedException ex) {
			return error(request, Outcome.REFUSED, ex.getMessage());
		}
		catch (ServiceException ex) {
			return error(request, Outcome.UNKNOWN_SERVICE, ex.getMessage());
		}
		catch (IllegalArgumentException ex) {
			return error(request, Outcome.INVALID, ex.getMessage());
		}
	}

	// It is done at once.
	private CompletableFuture<Void> holdOff(OperationRequest request) {
		this.services.holdOff(Objects.requireNonNull(request.holdOff()), request.service());
		return CompletableFuture.completedFuture(null);
	}

	// It is done once the task is in the queue.
	private CompletableFuture<Void> queue(OperationRequest request) {
		try {
			this.services.queueTask(request.service(), Objects.requireNonNull(request.task()));
			return CompletableFuture.completedFuture(null);
		}
		catch (ServiceException ex) {
			throw (ex.getKind() != Kind.UNKNOWN)
					? new OperationRefusedException(request.service(), String.valueOf(ex.getMessage()), ex) : ex;
		}
	}

	/**
	 * Tells the listeners of an attempt that was not let through, because writing is not
	 * allowed.
	 * @param service the name of the service as it was asked for
	 * @param principal who asked, or {@code null} if that is not known
	 */
	public void notAllowed(String service, @Nullable String principal) {
		tell(unread(service, principal).event(null, Outcome.NOT_ALLOWED, PossibleOperations.NOT_ALLOWED));
	}

	/**
	 * Refuses what cannot be understood, and does nothing.
	 * @param request what could be read of what was asked for
	 * @param problem what was expected and what was found
	 * @return the answer
	 */
	public OperationAnswer refuse(OperationRequest request, String problem) {
		return error(request, Outcome.INVALID, problem);
	}

	/**
	 * Tells the listeners of an attempt that was not read.
	 * @param service the name of the service as it was asked for
	 * @param principal who asked, or {@code null} if that is not known
	 * @param message why it was not read
	 */
	public void invalid(String service, @Nullable String principal, String message) {
		tell(unread(service, principal).event(null, Outcome.INVALID, message));
	}

	private static OperationRequest unread(String service, @Nullable String principal) {
		return new OperationRequest(null, service, null, null, null,
				(principal != null) ? principal : OperationRequest.ANONYMOUS);
	}

	private OperationAnswer error(OperationRequest request, Outcome outcome, @Nullable String message) {
		String line = FailureText.line(String.valueOf(message));
		tell(request.event(null, outcome, line));
		return new OperationAnswer(outcome, new ErrorDescriptor(line));
	}

	private OperationAnswer plan(OperationRequest request, ServiceAction action) {
		ServicePlan plan = this.services.plan(action, request.service());
		tell(request.event(null, Outcome.PLANNED, null));
		return new OperationAnswer(Outcome.PLANNED, PlanDescriptor.of(action, request.service(), plan));
	}

	// Whether it is refused is known when it returns, so that nothing can come in
	// between.
	private OperationAnswer begin(OperationRequest request, CompletableFuture<Void> future, TextSanitizer sanitizer) {
		if (future.isCompletedExceptionally() && failure(future) instanceof OperationRefusedException refusal) {
			throw refusal;
		}
		OperationDescriptor operation = OperationDescriptor.pending(UUID.randomUUID().toString(),
				Objects.requireNonNull(request.action()), request.service(), this.time.instant(), request.principal());
		this.remembered.add(operation);
		tell(request.event(operation.operation(), Outcome.ACCEPTED,
				request.isHoldOff() ? "for " + request.holdOff() : null));
		CompletableFuture<Void> unused = future
			.whenComplete((result, failure) -> ended(request, operation.operation(), unwrapped(failure)));
		OperationDescriptor now = find(operation.operation(), sanitizer);
		return new OperationAnswer(Outcome.ACCEPTED, (now != null) ? now : operation);
	}

	private static @Nullable Throwable failure(CompletableFuture<Void> future) {
		return future.handle((result, failure) -> unwrapped(failure)).join();
	}

	private static @Nullable Throwable unwrapped(@Nullable Throwable failure) {
		return (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause() : failure;
	}

	private void ended(OperationRequest request, String id, @Nullable Throwable failure) {
		Outcome outcome = outcome(failure);
		FailureWords words = (failure != null) ? FailureWords.ofOperation(failure) : null;
		this.remembered.end(id, Status.valueOf(outcome.name()), words);
		tell(request.event(id, outcome,
				(words != null) ? this.told.words(request.service(), "operation", words) : null));
	}

	private static Outcome outcome(@Nullable Throwable failure) {
		if (failure == null) {
			return Outcome.SUCCEEDED;
		}
		if (failure instanceof OperationRefusedException) {
			return Outcome.REFUSED;
		}
		return (failure instanceof CancellationException) ? Outcome.CANCELLED : Outcome.FAILED;
	}

	private void tell(ServiceOperationEvent event) {
		for (ServiceOperationListener listener : this.listeners) {
			try {
				listener.onOperation(event);
			}
			catch (RuntimeException ex) {
				GuardedLog.error(logger,
						"A listener could not be told of the operation '%s' on service '%s', which goes on"
							.formatted(event.request().requested(), event.request().service()),
						ex);
			}
		}
	}

	/**
	 * An operation that was accepted.
	 * @param id its id
	 * @param sanitizer what is shown of texts of others
	 * @return how far it has come, or {@code null} if there is none, or it is forgotten
	 */
	public @Nullable OperationDescriptor find(String id, TextSanitizer sanitizer) {
		return this.remembered.find(id, sanitizer);
	}

}
