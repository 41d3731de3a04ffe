// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.bean;

import java.util.function.BooleanSupplier;

import org.springframework.context.Lifecycle;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * Knows of the containers of Spring for Apache Kafka that their consumers may still be at
 * work after {@code isRunning()} has become {@code false}. To be used only where Spring
 * for Apache Kafka is. Stateless.
 */
final class KafkaContainers {

	private KafkaContainers() {
	}

	/**
	 * Tells whether a bean is still at work.
	 * @param lifecycle the bean, which may be such a container
	 * @return tells it
	 */
	static BooleanSupplier active(Lifecycle lifecycle) {
		return (lifecycle instanceof MessageListenerContainer container)
				? () -> container.isRunning() || container.isChildRunning() : lifecycle::isRunning;
	}

}
