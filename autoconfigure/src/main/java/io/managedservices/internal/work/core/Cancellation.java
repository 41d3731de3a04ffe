// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.core;

import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;

import io.managedservices.event.EventRefusedException;
import io.managedservices.internal.line.Guarded;
import io.managedservices.state.ServiceException;

/**
 * What user code throws when it was told to end while it waited, or was cancelled.
 * Stateless.
 *
 * @since 0.1.0
 */
public final class Cancellation {

	/** So that causes that go round in a circle come to an end. */
	private static final int MAX_CAUSES = 20;

	private Cancellation() {
	}

	/**
	 * Whether something may have been thrown because its thread was interrupted, its
	 * service is to stop or has lost its lease. Only whoever knows that one of these is
	 * so can tell.
	 * @param thrown what was thrown
	 * @return whether it or one of its causes is what an interrupt leads to
	 */
	static boolean mayHaveCaused(Throwable thrown) {
		Throwable each = thrown;
		for (int count = 0; each != null && count < MAX_CAUSES; count++) {
			if (isOne(each)) {
				return true;
			}
			each = Guarded.cause(each);
		}
		return false;
	}

	/**
	 * The cancellation of what was not told to end: of a future that it waited for, say,
	 * or one that it threw itself.
	 * @param thrown what was thrown
	 * @return the cancellation, or {@code null} if it is none, only a time has run out,
	 * or another service that it called is to stop
	 */
	public static @Nullable CancellationException own(Throwable thrown) {
		// What a future hands on is what it was completed with.
		Throwable each = thrown;
		Throwable cause = Guarded.cause(each);
		while ((each instanceof ExecutionException || each instanceof CompletionException) && cause != null) {
			each = cause;
			cause = Guarded.cause(each);
		}
		return (each instanceof CancellationException cancellation && !isTimeout(each) && !isOfService(each))
				? cancellation : null;
	}

	// Kotlin's withTimeout(…) cancels what has not come to its end in time.
	private static boolean isTimeout(Throwable thrown) {
		return thrown.getClass().getName().equals("kotlinx.coroutines.TimeoutCancellationException");
	}

	private static boolean isOfService(Throwable thrown) {
		return thrown instanceof OfService || Guarded.cause(thrown) instanceof OfService;
	}

	private static boolean isOne(Throwable thrown) {
		return thrown instanceof InterruptedException || thrown instanceof CancellationException
				|| (thrown instanceof ServiceException lost && lost.getKind() == ServiceException.Kind.LEASE_LOST)
				|| (thrown instanceof EventRefusedException refused && refused.isSourceToStop())
				// Closed by an interrupt, or by another thread.
				|| thrown instanceof AsynchronousCloseException
				|| (thrown instanceof InterruptedIOException && !(thrown instanceof SocketTimeoutException))
				// So do sockets on virtual threads.
				|| (thrown instanceof SocketException && "Closed by interrupt".equals(Guarded.message(thrown)));
	}

	/**
	 * That work will not begin, or is told to end, because its service is to stop.
	 */
	public static final class OfService extends CancellationException {

		private static final long serialVersionUID = 1L;

		/**
		 * Create the exception.
		 * @param message what was cancelled, and why
		 */
		public OfService(String message) {
			super(message);
		}

	}

}
