package io.managedservices;

import java.time.Instant;
import java.util.List;

/**
 * A failure in the work of a service. Immutable.
 *
 * @param service the name of the service
 * @param kind the kind of work
 * @param name the name of the worker, task, micro-task, ticker or hook
 * @param cause what it threw
 * @param stack the stack of its thread when that was noticed: of the failure, or, for one
 * that hangs, where it does
 * @param time when
 * @param severity a warning if it is tried again, else an error; a hint only if the
 * service itself has {@linkplain ServiceWork#failed told} it as one
 * @since 0.1.0
 */
public record ServiceFailure(String service, WorkKind kind, String name, Throwable cause, List<StackTraceElement> stack,
		Instant time, Condition.Severity severity) {

}
