// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.engine.work.WorkOwner;
import io.managedservices.internal.line.Guarded;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.state.Condition.Severity;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.WorkKind;

/**
 * The failures in the work of a service: tells them, and keeps the last ones. Confined to
 * the coordinator.
 *
 * @since 0.1.0
 */
public final class FailureLog {

	private final WorkOwner owner;

	private final Coordination coordination;

	private final int kept;

	private final Deque<ServiceFailure> last = new ArrayDeque<>();

	private long count;

	FailureLog(WorkOwner owner, Coordination coordination, int kept) {
		this.owner = owner;
		this.coordination = coordination;
		this.kept = kept;
	}

	/**
	 * Takes a failure.
	 * @param kind the kind of work
	 * @param name its name
	 * @param cause what it threw
	 * @param severity how bad it is
	 */
	public void add(WorkKind kind, String name, Throwable cause, Severity severity) {
		add(kind, name, cause, Guarded.stack(cause), severity);
	}

	/**
	 * Takes a failure that was noticed from outside.
	 * @param kind the kind of work
	 * @param name its name
	 * @param cause why it counts as failed
	 * @param stack where its thread is
	 * @param severity how bad it is
	 */
	public void add(WorkKind kind, String name, Throwable cause, List<StackTraceElement> stack, Severity severity) {
		ServiceFailure failure = new ServiceFailure(
				new ServiceFailure.Source(this.owner.definition().name(), kind, name), cause, List.copyOf(stack),
				this.coordination.instant(), severity);
		this.count++;
		this.last.addFirst(failure);
		if (this.last.size() > this.kept) {
			this.last.removeLast();
		}
		this.owner.tell(new LifecycleEvent.WorkFailed(this.owner.snapshot(), failure));
	}

	public List<ServiceFailure> last() {
		return List.copyOf(this.last);
	}

	public long count() {
		return this.count;
	}

}
