// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.log;

import org.springframework.context.ApplicationEventPublisher;

import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;

/**
 * Publishes what happens to services as Spring application events:
 * {@code @EventListener(LifecycleEvent.StateChanged.class)}. What services emit is
 * published by itself, too: {@code @EventListener(VoteCast.class)}. Stateless.
 *
 * @since 0.1.0
 */
public final class LifecycleEventPublisher implements LifecycleListener {

	private final ApplicationEventPublisher publisher;

	/**
	 * Create a publisher.
	 * @param publisher where events are published: the context
	 */
	public LifecycleEventPublisher(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	@Override
	public void onEvent(LifecycleEvent event) {
		try {
			this.publisher.publishEvent(event);
		}
		finally {
			if (event instanceof LifecycleEvent.Emitted emitted) {
				this.publisher.publishEvent(emitted.event());
			}
		}
	}

	@Override
	public String toString() {
		return "for @EventListener methods";
	}

}
