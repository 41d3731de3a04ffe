package io.managedservices.internal.context;

import org.springframework.context.ApplicationEventPublisher;

import io.managedservices.monitor.ServiceEvent;
import io.managedservices.monitor.ServiceEventListener;

/**
 * Publishes what happens to services as Spring application events:
 * {@code @EventListener(ServiceEvent.StateChanged.class)}. What services emit is
 * published by itself, too: {@code @EventListener(VoteCast.class)}. Stateless.
 *
 * @since 0.1.0
 */
public final class ServiceEventPublisher implements ServiceEventListener {

	private final ApplicationEventPublisher publisher;

	/**
	 * Create a publisher.
	 * @param publisher where events are published: the context
	 */
	public ServiceEventPublisher(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	@Override
	public void onEvent(ServiceEvent event) {
		try {
			this.publisher.publishEvent(event);
		}
		finally {
			if (event instanceof ServiceEvent.Emitted emitted) {
				this.publisher.publishEvent(emitted.event());
			}
		}
	}

	@Override
	public String toString() {
		return "for @EventListener methods";
	}

}
