// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.bean;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

import org.jspecify.annotations.Nullable;

/**
 * The end of a publisher, whatever it publishes before. To cancel it cancels the
 * subscription. Safe for use by several threads.
 */
final class PublisherCompletion extends CompletableFuture<Void> implements Flow.Subscriber<Object> {

	private volatile Flow.@Nullable Subscription subscription;

	private PublisherCompletion() {
	}

	/**
	 * Subscribes to a publisher.
	 * @param publisher the publisher
	 * @return completed when it is, with its failure if it fails
	 */
	static PublisherCompletion of(Flow.Publisher<?> publisher) {
		PublisherCompletion completion = new PublisherCompletion();
		publisher.subscribe(completion);
		return completion;
	}

	@Override
	public void onSubscribe(Flow.Subscription begun) {
		this.subscription = begun;
		if (isCancelled()) {
			begun.cancel();
		}
		else {
			begun.request(Long.MAX_VALUE);
		}
	}

	@Override
	public void onNext(Object item) {
		// Only the end counts.
	}

	@Override
	public void onError(Throwable failure) {
		completeExceptionally(failure);
	}

	@Override
	public void onComplete() {
		complete(null);
	}

	@Override
	public boolean cancel(boolean mayInterruptIfRunning) {
		boolean cancelled = super.cancel(mayInterruptIfRunning);
		Flow.Subscription begun = this.subscription;
		if (cancelled && begun != null) {
			begun.cancel();
		}
		return cancelled;
	}

}
