// SPDX-License-Identifier: Apache-2.0
package io.managedservices.work;

import java.time.Instant;
import java.util.List;

import io.managedservices.ServiceContext;
import io.managedservices.state.Condition;

/**
 * A failure of a service, or of a piece of its work. Immutable.
 * <table>
 * <caption>The names of what fails of a service itself, whose kind is
 * {@link WorkKind#SERVICE}</caption>
 * <tr>
 * <th>name</th>
 * <th>what has failed</th>
 * </tr>
 * <tr>
 * <td>{@code prepare}, {@code start}, {@code stop}, {@code quiesce}</td>
 * <td>that method: each attempt, whether it threw or its timeout has passed; an attempt
 * to start also by {@link ServiceContext#fail}</td>
 * </tr>
 * <tr>
 * <td>{@code check}</td>
 * <td>a round of checks, of the service or of one of its components</td>
 * </tr>
 * <tr>
 * <td>{@code notice}</td>
 * <td>a method that is told of a service that it comes after</td>
 * </tr>
 * <tr>
 * <td>{@code run}</td>
 * <td>the service while it was running: it or the operator said so, its watchdog got no
 * beat, one of its workers gave up; and that it is given up, since its restarts are used
 * up</td>
 * </tr>
 * <tr>
 * <td>{@code error}</td>
 * <td>something that the service got over and {@linkplain ServiceContext#reportError
 * reported}</td>
 * </tr>
 * </table>
 *
 * @param source what has failed
 * @param cause what it threw, or a {@link java.util.concurrent.TimeoutException}
 * @param stack the stack of its thread when that was noticed: of the failure, or, for one
 * that hangs, where it does
 * @param time when
 * @param severity a warning if it is tried again or was got over, else an error; a hint
 * only if the service itself has {@linkplain ServiceWork#failed told} it as one, or a
 * worker has ended by a cancellation of its own
 * @since 0.1.0
 */
public record ServiceFailure(Source source, Throwable cause, List<StackTraceElement> stack, Instant time,
		Condition.Severity severity) {

	/**
	 * The name of the service.
	 * @return the name
	 */
	public String service() {
		return this.source.service();
	}

	/**
	 * The kind of work that has failed.
	 * @return the kind, or {@link WorkKind#SERVICE}
	 */
	public WorkKind kind() {
		return this.source.kind();
	}

	/**
	 * The name of what has failed.
	 * @return the name of the worker, task, micro-task, ticker or hook, or what of the
	 * service has failed
	 */
	public String name() {
		return this.source.name();
	}

	/**
	 * What has failed, for people.
	 * @return such as {@code worker 'inbox'}, or {@code start} for the service itself
	 */
	public String what() {
		return (kind() == WorkKind.SERVICE) ? name() : kind() + " '" + name() + "'";
	}

	/**
	 * What has failed.
	 *
	 * @param service the name of the service
	 * @param kind the kind of work, or {@link WorkKind#SERVICE}
	 * @param name the name of the worker, task, micro-task, ticker or hook, or what of
	 * the service has failed
	 */
	public record Source(String service, WorkKind kind, String name) {

	}

}
