package io.managedservices.concurrent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * One call of user code: run by one thread, and interrupted by another only while it is
 * inside. Several threads may enter; they meet in one atomic phase, so that an interrupt
 * never reaches a thread that has left.
 *
 * @since 0.1.0
 */
public abstract class UserCall extends Command implements Runnable {

	/** So that causes that go round in a circle come to an end. */
	private static final int MAX_CAUSES = 20;

	/** The innermost call that the thread is inside. */
	private static final ThreadLocal<@Nullable UserCall> CURRENT = new ThreadLocal<>();

	private static final VarHandle PHASE;

	private static final int QUEUED = 0;

	private static final int RUNNING = 1;

	private static final int INTERRUPTING = 2;

	private static final int INTERRUPTED = 3;

	private static final int WITHDRAWN = 4;

	private static final int LEFT = 5;

	private static final int LEFT_INTERRUPTED = 6;

	private static final int RELEASED = 7;

	static {
		try {
			PHASE = MethodHandles.lookup().findVarHandle(UserCall.class, "phase", int.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	/** Not set to {@link #QUEUED} but so by default: setting a volatile is not free. */
	@SuppressWarnings("unused")
	private volatile int phase;

	private @Nullable Thread thread;

	/** What it was called from. Known to the thread that runs it, while it is inside. */
	private @Nullable UserCall outer;

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

	@Override
	public final void run() {
		if (begin(Thread.currentThread())) {
			UserCall enclosing = CURRENT.get();
			this.outer = enclosing;
			CURRENT.set(this);
			try {
				call();
			}
			finally {
				CURRENT.set(enclosing);
				this.outer = null;
			}
		}
		end();
	}

	/**
	 * Enters user code.
	 * @param runner the thread that will be interrupted, or {@code null} if there is none
	 * @return {@code false} if it was withdrawn before it began
	 */
	protected boolean begin(@Nullable Thread runner) {
		this.thread = runner;
		return PHASE.compareAndSet(this, QUEUED, RUNNING);
	}

	/**
	 * Leaves user code.
	 */
	protected final void end() {
		leave();
		left();
	}

	private void leave() {
		if (PHASE.compareAndSet(this, RUNNING, LEFT) || PHASE.compareAndSet(this, RELEASED, LEFT)
				|| this.phase == WITHDRAWN) {
			return;
		}
		while (!PHASE.compareAndSet(this, INTERRUPTED, LEFT_INTERRUPTED)) {
			Thread.onSpinWait();
		}
		if (this.thread == Thread.currentThread()) {
			// It was meant for user code, which may have left without noticing.
			Thread.interrupted();
			for (UserCall each = CURRENT.get(); each != null; each = each.outer) {
				if (each.isInterrupted()) {
					// So was what it was called from, which is still inside.
					Thread.currentThread().interrupt();
				}
			}
		}
	}

	/**
	 * Withdraws it if it has not begun.
	 * @return whether it was withdrawn: it will not begin
	 */
	public final boolean withdraw() {
		return PHASE.compareAndSet(this, QUEUED, WITHDRAWN);
	}

	/**
	 * Interrupts the thread that runs it, or withdraws it if it has not begun.
	 * @return whether it was withdrawn: it will not begin
	 */
	public final boolean interrupt() {
		if (withdraw()) {
			return true;
		}
		if (PHASE.compareAndSet(this, RUNNING, INTERRUPTING) || PHASE.compareAndSet(this, INTERRUPTED, INTERRUPTING)) {
			Thread runner = this.thread;
			if (runner != null) {
				runner.interrupt();
			}
			this.phase = INTERRUPTED;
		}
		return false;
	}

	/**
	 * Lets it go on without ever being interrupted. Called by the thread that runs it;
	 * too late for one that has been interrupted.
	 */
	public final void release() {
		PHASE.compareAndSet(this, RUNNING, RELEASED);
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
		return current == INTERRUPTED || current == INTERRUPTING || current == LEFT_INTERRUPTED;
	}

	/**
	 * Whether user code has been left.
	 * @return whether it has, {@code false} also for one that was withdrawn
	 */
	public final boolean hasLeft() {
		int current = this.phase;
		return current == LEFT || current == LEFT_INTERRUPTED;
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

	/**
	 * Where it is in user code.
	 * @return the stack of its thread, empty if it has none or has left
	 */
	public final List<StackTraceElement> stack() {
		Thread runner = this.thread;
		List<StackTraceElement> stack = (runner != null) ? List.of(runner.getStackTrace()) : List.of();
		return hasLeft() ? List.of() : stack;
	}

}
