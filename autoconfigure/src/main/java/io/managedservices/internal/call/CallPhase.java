// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.call;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How far a call of user code is: the one atomic state in which the thread that runs it
 * and whoever ends it meet, so that an interrupt never reaches a thread that has left.
 * What has to end is first asked, and interrupted only if it neither knows that nor waits
 * where it will hear of it.
 *
 * <pre>
 * queued ─► running ◄─► listening ─► asked            waits in a call of ours, and is asked
 *    │         │  └────────────────► asked            has looked whether it is to end
 *    │         ├─► asked by interrupt ─► heeded       was interrupted, and then has looked
 *    │         ├─► closing                            ends by itself, and closes what it has
 *    │         └─► released                           is never interrupted
 *    └─► withdrawn          any of those inside ─► interrupted;   all but withdrawn ─► left
 * </pre>
 *
 * Safe for use by several threads.
 */
public abstract class CallPhase extends Command {

	private static final VarHandle PHASE;

	private static final int QUEUED = 0;

	private static final int RUNNING = 1;

	private static final int LISTENING = 2;

	private static final int CLOSING = 3;

	private static final int ASKED = 4;

	private static final int INTERRUPTING = 5;

	private static final int ASKED_BY_INTERRUPT = 6;

	private static final int HEEDED = 7;

	private static final int INTERRUPTED = 8;

	private static final int RELEASED = 9;

	private static final int WITHDRAWN = 10;

	private static final int LEFT = 11;

	private static final int LEFT_ASKED = 12;

	private static final int LEFT_INTERRUPTED = 13;

	static {
		try {
			PHASE = MethodHandles.lookup().findVarHandle(CallPhase.class, "phase", int.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	/** Not set to {@link #QUEUED} but so by default: setting a volatile is not free. */
	@SuppressWarnings("unused")
	private volatile int phase;

	private @Nullable Thread thread;

	/** Written by the thread that runs it, before it enters. */
	@Nullable UserCall outer;

	private volatile boolean looks;

	CallPhase() {
	}

	/**
	 * Enters user code.
	 * @param runner the thread that will be interrupted, or {@code null} if there is none
	 * @return {@code false} if it was withdrawn before it began
	 */
	protected boolean begin(@Nullable Thread runner) {
		this.thread = runner;
		return move(QUEUED, RUNNING);
	}

	/**
	 * Leaves user code.
	 * @return whether an interrupt was, or may have been, left behind: it was meant for
	 * user code, and is cleared
	 */
	final boolean leave() {
		int current = this.phase;
		while (current != WITHDRAWN) {
			boolean interrupted = isInterrupt(current) || current == HEEDED;
			int left = interrupted ? LEFT_INTERRUPTED : (current == ASKED) ? LEFT_ASKED : LEFT;
			if (current != INTERRUPTING && move(current, left)) {
				return interrupted && this.thread == Thread.currentThread();
			}
			Thread.onSpinWait();
			current = this.phase;
		}
		return false;
	}

	/**
	 * Withdraws it if it has not begun.
	 * @return whether it was withdrawn: it will not begin
	 */
	public final boolean withdraw() {
		return move(QUEUED, WITHDRAWN);
	}

	/**
	 * Interrupts the thread that runs it, whatever it knows, or withdraws it if it has
	 * not begun.
	 * @return whether it was withdrawn: it will not begin
	 */
	public final boolean interrupt() {
		if (withdraw()) {
			return true;
		}
		int current = this.phase;
		while (isInside(current) && !signal(current, INTERRUPTED)) {
			current = this.phase;
		}
		return false;
	}

	/**
	 * Marks it as asked if it waits where it hears of that.
	 * @return whether it does, or knows already, or has left
	 */
	final boolean askIfListening() {
		move(LISTENING, ASKED);
		return this.phase != RUNNING;
	}

	/**
	 * Marks it as asked, although it may not know: what it runs inside of does.
	 */
	final void askQuietly() {
		if (!move(RUNNING, ASKED)) {
			askIfListening();
		}
	}

	/**
	 * Asks it by an interrupt, unless it knows or hears of it otherwise.
	 */
	final void askByInterrupt() {
		while (!askIfListening() && !signal(RUNNING, ASKED_BY_INTERRUPT)) {
			Thread.onSpinWait();
		}
	}

	private boolean signal(int from, int to) {
		if (!move(from, INTERRUPTING)) {
			return false;
		}
		Thread runner = this.thread;
		if (runner != null) {
			runner.interrupt();
		}
		this.phase = to;
		return true;
	}

	/**
	 * It has seen that it is to end. Called by the thread that runs it.
	 * @return whether it was asked by an interrupt, which is taken away: it may still be
	 * there, and would hit what cleans up
	 */
	final boolean heed() {
		if (move(RUNNING, ASKED) || move(LISTENING, ASKED)) {
			return false;
		}
		return takeInterrupt();
	}

	/**
	 * It comes to its end by itself, and closes what it has. Called by the thread that
	 * runs it.
	 */
	final void closing() {
		if (!move(RUNNING, CLOSING)) {
			takeInterrupt();
		}
	}

	private boolean takeInterrupt() {
		awaitInterrupt();
		if (this.phase != ASKED_BY_INTERRUPT) {
			return false;
		}
		boolean taken = Thread.interrupted();
		if (move(ASKED_BY_INTERRUPT, HEEDED)) {
			return taken;
		}
		// One that it cannot wave aside has come in between.
		awaitInterrupt();
		Thread.currentThread().interrupt();
		return false;
	}

	private void awaitInterrupt() {
		while (this.phase == INTERRUPTING) {
			Thread.onSpinWait();
		}
	}

	/**
	 * It is about to wait where it hears that it is to end. Called by the thread that
	 * runs it.
	 */
	final void listen() {
		move(RUNNING, LISTENING);
	}

	/**
	 * It waits no longer. Called by the thread that runs it.
	 */
	final void listened() {
		move(LISTENING, RUNNING);
	}

	/**
	 * It looks whether it is to end, and so may look once more.
	 */
	final void looks() {
		if (!this.looks) {
			this.looks = true;
		}
	}

	/**
	 * Whether it knows how to be asked: it has looked whether it is to end.
	 * @return whether it has
	 */
	public final boolean hasLooked() {
		return this.looks;
	}

	/**
	 * Lets it go on without ever being interrupted. Called by the thread that runs it;
	 * too late for one that has been interrupted.
	 */
	public final void release() {
		if (!move(RUNNING, RELEASED)) {
			move(ASKED, RELEASED);
		}
	}

	/**
	 * Whether it was released and has not left.
	 * @return whether it is inside and is not interrupted
	 */
	public final boolean isReleased() {
		return this.phase == RELEASED;
	}

	/**
	 * Whether it was interrupted from outside.
	 * @return whether it was, also after it has left
	 */
	public final boolean isInterrupted() {
		int current = this.phase;
		return isInterrupt(current) || current == HEEDED || current == LEFT_INTERRUPTED;
	}

	/**
	 * Whether it knows that it is to end, from outside or by having looked, or was
	 * interrupted.
	 * @return whether it does, also after it has left
	 */
	public final boolean isAsked() {
		int current = this.phase;
		return current == ASKED || current == LEFT_ASKED || isInterrupted();
	}

	/**
	 * Whether an interrupt is meant for it that it may not have seen.
	 * @return whether one may be
	 */
	final boolean isInterruptPending() {
		return isInterrupt(this.phase);
	}

	/**
	 * Whether user code has been left.
	 * @return whether it has, {@code false} also for one that was withdrawn
	 */
	public final boolean hasLeft() {
		return this.phase >= LEFT;
	}

	/**
	 * Whether user code has been entered.
	 * @return whether it has, also after it has left
	 */
	public final boolean hasBegun() {
		int current = this.phase;
		return current != QUEUED && current != WITHDRAWN;
	}

	/**
	 * Whether the calling thread is inside user code of it, perhaps deeper inside another
	 * call.
	 * @return whether it is
	 */
	public final boolean isInsideOnCaller() {
		return this.thread == Thread.currentThread() && hasBegun() && !hasLeft();
	}

	/**
	 * Where it is in user code.
	 * @return the stack of its thread, empty if it has none or has left
	 */
	public final List<StackTraceElement> stack() {
		Thread runner = this.thread;
		List<StackTraceElement> stack = (runner != null) ? List.of(runner.getStackTrace()) : List.of();
		return hasLeft() ? List.of() : stack;
	}

	private static boolean isInterrupt(int phase) {
		return phase == INTERRUPTING || phase == ASKED_BY_INTERRUPT || phase == INTERRUPTED;
	}

	private static boolean isInside(int phase) {
		return phase >= RUNNING && phase <= INTERRUPTED && phase != INTERRUPTING;
	}

	private boolean move(int from, int to) {
		return PHASE.compareAndSet(this, from, to);
	}

}
