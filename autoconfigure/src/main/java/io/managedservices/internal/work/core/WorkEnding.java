// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.core;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.engine.work.WorkOwner;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.text.SettingKey;
import io.managedservices.internal.time.Nanos;
import io.managedservices.internal.time.Timer;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.monitor.LifecycleEvent;

/**
 * Brings the work of an incarnation to its end: it is first asked, then interrupted, and
 * what cleans up is left in peace until half of the stop timeout.
 * <ol>
 * <li>All of it is told. What waits in a call of ours comes back from that. What has
 * looked before whether it is to end has {@link #GRACE} to look once more. All else is
 * interrupted at once, but what is to finish.</li>
 * <li>What knows by then that it is to end, or was interrupted, is left alone.</li>
 * <li>At half of the stop timeout, what is still inside is interrupted and told to be cut
 * off, as is whatever leaves with an exception because of the first interrupt.</li>
 * </ol>
 * Confined to the coordinator. It is the timer of the grace.
 */
final class WorkEnding extends Timer {

	/** A quarter of the stop timeout if that is less. */
	static final Duration GRACE = Duration.ofMillis(500);

	private final WorkScope scope;

	private long since;

	/** What limited its time, once that is over. */
	private @Nullable String limit;

	WorkEnding(WorkScope scope) {
		this.scope = scope;
	}

	/**
	 * It has been told to end: asks what is inside, and withdraws what has not begun.
	 */
	void begin() {
		this.since = coordination().now();
		// All that have not begun go first: else one might get the thread of one that
		// leaves.
		this.scope.withdrawWaiting();
		forEachInside((call) -> {
			if (!call.hasLooked()) {
				ask(call);
			}
			else if (due() == TimerQueue.NEVER) {
				coordination().timers().set(this, Nanos.later(this.since, grace()));
			}
		});
	}

	private long grace() {
		Duration stopTimeout = this.scope.workplace().owner().definition().settings().stopTimeout();
		return Math.min(GRACE.toNanos(), stopTimeout.toNanos() / 4);
	}

	@Override
	protected void fire() {
		forEachInside(WorkEnding::ask);
	}

	private static void ask(ScopedCall call) {
		if (!call.isToFinish()) {
			call.ask();
		}
	}

	/**
	 * Half of the time to stop has passed, or all of it: interrupts what is inside.
	 */
	void interrupt() {
		if (this.limit == null) {
			this.limit = limit();
		}
		forEachInside((call) -> {
			List<StackTraceElement> stack = call.stack();
			call.interrupt();
			// A slot that was signalled has no thread, and another one may just have
			// left.
			if (!stack.isEmpty()) {
				call.cutOff(call.what(), stack);
			}
		});
	}

	/**
	 * Tells that something was cut off.
	 * @param what what it was
	 * @param stack where it was
	 */
	void tell(String what, List<StackTraceElement> stack) {
		WorkOwner owner = this.scope.workplace().owner();
		owner.tell(new LifecycleEvent.WorkCutOff(owner.snapshot(), what,
				Duration.ofNanos(coordination().now() - this.since), this.limit, stack));
	}

	private String limit() {
		WorkOwner owner = this.scope.workplace().owner();
		ServiceDefinition service = owner.definition();
		boolean isHalf = coordination().now() - this.since >= service.settings().stopTimeout().toNanos() / 2;
		return isHalf ? "half of " + SettingKey.ofService(service.name(), "stop-timeout") : owner.limit();
	}

	/**
	 * Nothing is inside any more.
	 */
	void over() {
		coordination().timers().remove(this);
	}

	private void forEachInside(Consumer<ScopedCall> action) {
		this.scope.forEachInside(action);
	}

	private Coordination coordination() {
		return this.scope.workplace().coordination();
	}

}
