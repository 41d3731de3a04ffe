// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.bean;

import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;

import kotlin.ResultKt;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.CoroutineContext;
import kotlin.coroutines.intrinsics.IntrinsicsKt;
import kotlinx.coroutines.CompletableJob;
import kotlinx.coroutines.ExecutorsKt;
import kotlinx.coroutines.JobKt;
import org.jspecify.annotations.Nullable;

/**
 * A call of a suspending function of Kotlin, which returns when the function and all that
 * it has launched have come to their ends. It goes on only on the thread that calls, so
 * that the function is inside the call as any other method is: it may be asked to end,
 * and has the context of the thread. An interrupt cancels it, and its cleaning up is
 * waited for. Resumed by any thread.
 */
final class SuspendedCall implements Continuation<Object>, Executor {

	/** What goes on, in order, and nothing when it has come to its end. */
	private final BlockingQueue<Runnable> steps = new LinkedBlockingQueue<>();

	private final CompletableJob job = JobKt.Job(null);

	private final CoroutineContext context = ExecutorsKt.from(this).plus(this.job);

	/** What the function returned, or that it failed. */
	private volatile @Nullable Object result;

	private volatile boolean returned;

	/** Why the job ended, if it did not complete: something that was launched failed. */
	private volatile @Nullable Throwable failed;

	private boolean interrupted;

	/**
	 * Calls a function, and waits for its end.
	 * @param function the function
	 * @param arguments its arguments
	 * @return what it returns
	 * @throws InterruptedException if it was cancelled because the thread was interrupted
	 * @throws Exception what it throws
	 */
	@Nullable Object run(BeanMethod function, Object... arguments) throws Exception {
		this.job.invokeOnCompletion((cause) -> {
			this.failed = cause;
			execute(() -> {
			});
			return Unit.INSTANCE;
		});
		try {
			Object[] all = Arrays.copyOf(arguments, arguments.length + 1);
			all[arguments.length] = this;
			Object returned = function.invoke(all);
			if (returned != IntrinsicsKt.getCOROUTINE_SUSPENDED()) {
				resumeWith(returned);
			}
		}
		catch (Throwable ex) {
			resumeWith(ResultKt.createFailure(ex));
		}
		// A job that was cancelled has come to its end although the function cleans up.
		while (!this.returned || !this.job.isCompleted() || !this.steps.isEmpty()) {
			step();
		}
		return outcome();
	}

	private void step() {
		try {
			this.steps.take().run();
		}
		catch (InterruptedException ex) {
			this.interrupted = true;
			this.job.cancel(new CancellationException("The thread was interrupted"));
		}
	}

	private @Nullable Object outcome() throws Exception {
		try {
			Object end = this.result;
			if (end != null) {
				ResultKt.throwOnFailure(end);
			}
			Throwable launched = this.failed;
			if (launched != null && !(launched instanceof CancellationException)) {
				throw launched;
			}
			if (this.interrupted) {
				Thread.currentThread().interrupt();
			}
			return end;
		}
		catch (CancellationException ex) {
			if (this.interrupted) {
				throw (InterruptedException) new InterruptedException("The thread was interrupted").initCause(ex);
			}
			throw ex;
		}
		catch (Exception | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public CoroutineContext getContext() {
		return this.context;
	}

	@Override
	public void resumeWith(@Nullable Object end) {
		this.result = end;
		this.returned = true;
		// It ends when all that was launched in it has.
		this.job.complete();
		execute(() -> {
		});
	}

	@Override
	public void execute(Runnable step) {
		this.steps.add(step);
	}

}
