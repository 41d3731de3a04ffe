// SPDX-License-Identifier: Apache-2.0
package io.managedservices.health;

import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.line.LineText;
import io.managedservices.internal.text.FailureText;
import io.managedservices.internal.time.Patience;

/**
 * Asks something that may hang, and ignore interrupts, such as a database behind a dead
 * connection: each query has a thread of its own, a daemon that ends with it, and while
 * one is under way there is no other. {@link #ask} is to be called by one thread at a
 * time; it never waits longer than the timeout, and heeds interrupts.
 */
final class HealthQuery {

	private final String subject;

	private final HealthGate.Limits limits;

	/** The last query, done or not. */
	private volatile @Nullable Query last;

	HealthQuery(String subject, HealthGate.Limits limits) {
		this.subject = subject;
		this.limits = limits;
	}

	/**
	 * Asks.
	 * @param question makes the answer
	 * @return the answer
	 * @throws IllegalStateException if making the answer failed
	 * @throws TimeoutException if there was no answer in time, or an earlier query is
	 * still under way, with the stack of where it is
	 * @throws InterruptedException if the caller was interrupted; so is the query then
	 */
	String ask(Callable<String> question) throws InterruptedException, TimeoutException {
		Query earlier = this.last;
		if (earlier != null && !earlier.answer().isDone()) {
			throw hanging(earlier, "is still hanging since %s, and is not asked again before it has answered"
				.formatted(earlier.since()));
		}
		Query query = Query.of(question, this.limits.thread());
		start(query);
		this.last = query;
		try {
			return Patience.get(query.answer(), this.limits.timeout());
		}
		catch (TimeoutException ex) {
			TimeoutException failure = hanging(query, "did not answer within %s, which is set by %s"
				.formatted(this.limits.timeout(), this.limits.property()));
			query.thread().interrupt();
			throw failure;
		}
		catch (InterruptedException ex) {
			query.thread().interrupt();
			throw ex;
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("%s failed: %s".formatted(this.subject, FailureText.of(ex.getCause())),
					ex.getCause());
		}
	}

	private void start(Query query) throws InterruptedException {
		try {
			Patience.start(query.thread(), this.limits.timeout());
		}
		catch (OutOfMemoryError ex) {
			throw new IllegalStateException("%s could not be asked: for %s no thread could be had for that (%s)"
				.formatted(this.subject, this.limits.timeout(), ex.getMessage()), ex);
		}
	}

	private TimeoutException hanging(Query query, String what) {
		TimeoutException failure = new TimeoutException(this.subject + " " + what + ".");
		StackTraceElement[] stack = query.thread().getStackTrace();
		if (stack.length > 0) {
			failure.setStackTrace(stack);
		}
		return failure;
	}

	private record Query(FutureTask<String> answer, Thread thread, Instant since) {

		static Query of(Callable<String> question, String name) {
			FutureTask<String> answer = new FutureTask<>(question);
			Thread thread = new Thread(answer, LineText.of(name));
			thread.setDaemon(true);
			return new Query(answer, thread, Instant.now());
		}

	}

}
