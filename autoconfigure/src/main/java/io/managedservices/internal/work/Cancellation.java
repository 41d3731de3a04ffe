// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.util.concurrent.CancellationException;

import io.managedservices.event.EventRefusedException;
import io.managedservices.internal.line.Guarded;

/**
 * What user code throws when it was told to end while it waited. Stateless.
 */
final class Cancellation {

	/** So that causes that go round in a circle come to an end. */
	private static final int MAX_CAUSES = 20;

	private Cancellation() {
	}

	/**
	 * Whether something may have been thrown because its thread was interrupted or its
	 * service is to stop. Only whoever knows that one of these is so can tell.
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

	private static boolean isOne(Throwable thrown) {
		return thrown instanceof InterruptedException || thrown instanceof CancellationException
				|| (thrown instanceof EventRefusedException refused && refused.isSourceToStop())
				// Closed by an interrupt, or by another thread.
				|| thrown instanceof AsynchronousCloseException
				|| (thrown instanceof InterruptedIOException && !(thrown instanceof SocketTimeoutException))
				// So do sockets on virtual threads.
				|| (thrown instanceof SocketException && "Closed by interrupt".equals(Guarded.message(thrown)));
	}

}
