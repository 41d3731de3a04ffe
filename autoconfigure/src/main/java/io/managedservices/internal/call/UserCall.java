// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.call;

import java.util.function.Consumer;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.line.Guarded;

/**
 * One call of user code: run by one thread, and interrupted by another only while it is
 * inside. Several threads may enter; they meet in one atomic phase, so that an interrupt
 * never reaches a thread that has left.
 *
 * @since 0.1.0
 */
public abstract class UserCall extends CallPhase implements Runnable {

	/** So that causes that go round in a circle come to an end. */
	private static final int MAX_CAUSES = 20;

	/** The innermost call that the thread is inside. */
	private static final ThreadLocal<@Nullable UserCall> CURRENT = new ThreadLocal<>();

	/** What was told by a call inside this one. Written by the thread that runs it. */
	private @Nullable Throwable told;

	/**
	 * Calls user code. What it throws is kept by the call.
	 */
	protected abstract void call();

	/**
	 * User code has been left, or was never entered because the call was withdrawn.
	 */
	protected abstract void left();

	/**
	 * Whose end it ends with.
	 * @return the incarnation of a service that it belongs to, {@code null} for none
	 */
	protected @Nullable Object owner() {
		return null;
	}

	/**
	 * Whether it is left in peace for some time when its owner is to end, whatever it
	 * does.
	 * @return whether it is to come to its end
	 */
	protected boolean isToFinish() {
		return false;
	}

	@Override
	public final void run() {
		UserCall enclosing = CURRENT.get();
		this.outer = enclosing;
		if (begin(Thread.currentThread())) {
			CURRENT.set(this);
			try {
				call();
			}
			finally {
				CURRENT.set(enclosing);
			}
		}
		end();
	}

	/**
	 * Leaves user code.
	 */
	protected final void end() {
		if (leave()) {
			// It was meant for user code, which may have left without noticing.
			Thread.interrupted();
			restoreInterrupt();
		}
		this.outer = null;
		left();
	}

	// So was what it was called from, which is still inside.
	private static void restoreInterrupt() {
		for (UserCall each = CURRENT.get(); each != null; each = each.outer) {
			if (each.isInterruptPending()) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/**
	 * Asks it to end, or withdraws it if it has not begun. It is interrupted, once, if it
	 * neither knows that its owner is to end nor waits where it hears of it, nor what it
	 * runs inside of does. What runs inside something else of the same owner is
	 * interrupted together with that.
	 * @return whether it was withdrawn: it will not begin
	 */
	public final boolean ask() {
		if (withdraw()) {
			return true;
		}
		if (askIfListening()) {
			return false;
		}
		UserCall outermost = this;
		boolean peaceful = false;
		for (UserCall each = this.outer; each != null; each = each.outer) {
			if (each.belongsTo(owner())) {
				outermost = each;
				peaceful |= each.isToFinish() || each.isAsked();
			}
		}
		if (!peaceful) {
			outermost.askByInterrupt();
		}
		askQuietly();
		return false;
	}

	/**
	 * Asks it alone to end, whatever it runs inside of, or withdraws it if it has not
	 * begun. It is interrupted, once, if it neither knows of it nor waits where it hears
	 * of it.
	 */
	public final void askAlone() {
		if (!withdraw()) {
			askByInterrupt();
		}
	}

	/**
	 * It was told, and not all of its owner, that it is to end, and has looked. Only what
	 * the calling thread is inside of is concerned.
	 */
	public final void lookAlone() {
		if (isInsideOnCaller() && heed()) {
			restoreInterrupt();
		}
	}

	private boolean belongsTo(@Nullable Object owner) {
		return owner != null && owner() == owner;
	}

	/**
	 * The calling thread has looked whether an owner is to end.
	 * @param owner the owner of what the thread is inside of
	 * @param ending the answer
	 */
	public static void look(Object owner, boolean ending) {
		boolean taken = false;
		for (UserCall each = CURRENT.get(); each != null; each = each.outer) {
			if (each.belongsTo(owner)) {
				if (ending) {
					taken |= each.heed();
				}
				else {
					each.looks();
				}
			}
		}
		if (taken) {
			restoreInterrupt();
		}
	}

	/**
	 * The calling thread is about to wait where it hears that an owner is to end, so that
	 * it need not be interrupted for that. To be followed by {@link #listened}.
	 * @param owner the owner of what the thread is inside of
	 */
	public static void listen(Object owner) {
		for (UserCall each = CURRENT.get(); each != null; each = each.outer) {
			if (each.belongsTo(owner)) {
				each.listen();
			}
		}
	}

	/**
	 * The calling thread waits no longer.
	 * @param owner the owner of what the thread is inside of
	 */
	public static void listened(Object owner) {
		for (UserCall each = CURRENT.get(); each != null; each = each.outer) {
			if (each.belongsTo(owner)) {
				each.listened();
			}
		}
	}

	/**
	 * It comes to its end by itself: from now on it is not asked any more. Called by the
	 * thread that runs it.
	 * @param closing closes what it has, on a thread that is not interrupted
	 */
	protected final void close(Runnable closing) {
		closing();
		boolean interrupted = Thread.interrupted();
		try {
			closing.run();
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/**
	 * Whether the calling thread is inside user code.
	 * @return whether it is inside any call
	 */
	public static boolean isCallerInsideAny() {
		return isCallerInside((call) -> true);
	}

	/**
	 * Whether the calling thread is inside a call of some kind, perhaps deeper inside
	 * another call.
	 * @param kind tells whether a call is one
	 * @return whether it is
	 */
	public static boolean isCallerInside(Predicate<? super UserCall> kind) {
		UserCall each = CURRENT.get();
		while (each != null && !kind.test(each)) {
			each = each.outer;
		}
		return each != null;
	}

	/**
	 * Goes through what the calling thread is inside of, the innermost call first.
	 * @param action is given each call
	 */
	public static void forEachOfCaller(Consumer<? super UserCall> action) {
		for (UserCall each = CURRENT.get(); each != null; each = each.outer) {
			action.accept(each);
		}
	}

	/**
	 * Notes that a failure was told which now goes on to what the calling thread is
	 * inside of, so that it is not told once more there.
	 * @param failure the failure
	 */
	public static void toldInside(Throwable failure) {
		UserCall enclosing = CURRENT.get();
		if (enclosing != null) {
			enclosing.told = failure;
		}
	}

	/**
	 * Whether what user code threw was told inside already. Asked by the thread that runs
	 * it, or after it has left.
	 * @param thrown what it threw
	 * @return whether that or one of its causes was
	 */
	public final boolean hasTold(Throwable thrown) {
		Throwable each = thrown;
		for (int count = 0; this.told != null && each != null && count < MAX_CAUSES; count++) {
			if (each == this.told) {
				return true;
			}
			each = Guarded.cause(each);
		}
		return false;
	}

}
