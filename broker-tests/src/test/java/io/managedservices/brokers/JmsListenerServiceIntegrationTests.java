// SPDX-License-Identifier: Apache-2.0
package io.managedservices.brokers;

import jakarta.jms.ConnectionFactory;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.jms.annotation.EnableJms;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.config.DefaultJmsListenerContainerFactory;
import org.springframework.jms.config.JmsListenerEndpointRegistry;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.test.util.TestSocketUtils;

import io.managedservices.DependsOnService;

/**
 * The contract of listeners with {@code @JmsListener}.
 */
class JmsListenerServiceIntegrationTests extends ListenerServiceContract {

	private static final String URL = "tcp://127.0.0.1:" + TestSocketUtils.findAvailableTcpPort();

	private static final EmbeddedActiveMQ BROKER = new EmbeddedActiveMQ();

	private static final ActiveMQConnectionFactory CONNECTIONS = new ActiveMQConnectionFactory(URL);

	@BeforeAll
	static void startBroker() throws Exception {
		BROKER.setConfiguration(new ConfigurationImpl().setPersistenceEnabled(false)
			.setSecurityEnabled(false)
			.addAcceptorConfiguration("tcp", URL));
		BROKER.start();
	}

	@AfterAll
	static void stopBroker() throws Exception {
		CONNECTIONS.close();
		BROKER.stop();
	}

	@Override
	Class<?> application() {
		return Application.class;
	}

	@Override
	String broker() {
		return URL;
	}

	@Override
	void send(String destination, String message) {
		new JmsTemplate(CONNECTIONS).convertAndSend(destination, message);
	}

	@Override
	SmartLifecycle container(ConfigurableApplicationContext context) {
		return context.getBean(JmsListenerEndpointRegistry.class).getListenerContainer("votes");
	}

	@Override
	SmartLifecycle registry(ConfigurableApplicationContext context) {
		return context.getBean(JmsListenerEndpointRegistry.class);
	}

	@Configuration(proxyBeanMethods = false)
	@Import(StoreConfiguration.class)
	@EnableJms
	static class Application {

		private final Store store;

		Application(Store store) {
			this.store = store;
		}

		@JmsListener(id = "votes", destination = "${destination}", concurrency = "2")
		@DependsOnService("store")
		void vote(String vote) {
			this.store.take(vote);
		}

		@Bean
		static ConnectionFactory connectionFactory(Environment environment) {
			return new ActiveMQConnectionFactory(environment.getRequiredProperty("broker"));
		}

		@Bean
		static DefaultJmsListenerContainerFactory jmsListenerContainerFactory(ConnectionFactory connections) {
			DefaultJmsListenerContainerFactory factory = new DefaultJmsListenerContainerFactory();
			factory.setConnectionFactory(connections);
			factory.setSessionTransacted(true);
			factory.setReceiveTimeout(100L);
			factory.setRecoveryInterval(100L);
			return factory;
		}

	}

}
