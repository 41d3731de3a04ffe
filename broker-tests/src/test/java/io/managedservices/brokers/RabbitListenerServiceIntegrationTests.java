// SPDX-License-Identifier: Apache-2.0
package io.managedservices.brokers;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.DisabledForJreRange;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.annotation.EnableRabbit;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.config.SimpleRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.test.util.TestSocketUtils;

import io.managedservices.DependsOnService;

/**
 * The contract of listeners with {@code @RabbitListener}.
 */
@DisabledForJreRange(minVersion = 24,
		disabledReason = "The embedded broker asks for the subject of a security manager, which JDK 24 refuses")
class RabbitListenerServiceIntegrationTests extends ListenerServiceContract {

	private static final int PORT = TestSocketUtils.findAvailableTcpPort();

	private static final AmqpBroker BROKER = new AmqpBroker(PORT);

	private static CachingConnectionFactory connections;

	@BeforeAll
	static void startBroker() throws Exception {
		BROKER.start();
		connections = new CachingConnectionFactory("127.0.0.1", PORT);
	}

	@AfterAll
	static void stopBroker() {
		connections.destroy();
		BROKER.stop();
	}

	@Override
	Class<?> application() {
		return Application.class;
	}

	@Override
	String broker() {
		return Integer.toString(PORT);
	}

	@Override
	void send(String destination, String message) {
		new RabbitAdmin(connections).declareQueue(new Queue(destination));
		new RabbitTemplate(connections).convertAndSend(destination, message);
	}

	@Override
	SmartLifecycle container(ConfigurableApplicationContext context) {
		return context.getBean(RabbitListenerEndpointRegistry.class).getListenerContainer("votes");
	}

	@Override
	SmartLifecycle registry(ConfigurableApplicationContext context) {
		return context.getBean(RabbitListenerEndpointRegistry.class);
	}

	@Configuration(proxyBeanMethods = false)
	@Import(StoreConfiguration.class)
	@EnableRabbit
	static class Application {

		private final Store store;

		Application(Store store) {
			this.store = store;
		}

		@RabbitListener(id = "votes", queues = "${destination}", concurrency = "2")
		@DependsOnService("store")
		void vote(String vote) {
			this.store.take(vote);
		}

		@Bean
		static CachingConnectionFactory connectionFactory(Environment environment) {
			return new CachingConnectionFactory("127.0.0.1", environment.getRequiredProperty("broker", Integer.class));
		}

		@Bean
		static RabbitAdmin rabbitAdmin(CachingConnectionFactory connections) {
			return new RabbitAdmin(connections);
		}

		@Bean
		static Queue queue(Environment environment) {
			return new Queue(environment.getRequiredProperty("destination"));
		}

		@Bean
		static SimpleRabbitListenerContainerFactory rabbitListenerContainerFactory(
				CachingConnectionFactory connections) {
			SimpleRabbitListenerContainerFactory factory = new SimpleRabbitListenerContainerFactory();
			factory.setConnectionFactory(connections);
			factory.setReceiveTimeout(100L);
			return factory;
		}

	}

}
