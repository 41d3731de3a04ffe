// SPDX-License-Identifier: Apache-2.0
package io.managedservices.brokers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.MessageListener;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.jms.support.converter.SimpleMessageConverter;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.monitor.ServiceAction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs a listener container of Spring JMS as a service, against Artemis: messages in hand
 * are finished before what they need is stopped.
 */
@Timeout(120)
class JmsContainerIntegrationTests {

	private static final List<String> MESSAGES = IntStream.range(0, 10).mapToObj((number) -> "vote " + number).toList();

	private static final String BROKER_URL = "vm://0?consumerWindowSize=0";

	private static final EmbeddedActiveMQ BROKER = new EmbeddedActiveMQ();

	private static final ActiveMQConnectionFactory CONNECTIONS = new ActiveMQConnectionFactory(BROKER_URL);

	@BeforeAll
	static void startBroker() throws Exception {
		Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
		BROKER.setConfiguration(new ConfigurationImpl().setPersistenceEnabled(false)
			.setSecurityEnabled(false)
			.addAcceptorConfiguration("in-vm", "vm://0"));
		BROKER.start();
	}

	@AfterAll
	static void stopBroker() throws Exception {
		CONNECTIONS.close();
		BROKER.stop();
	}

	@Test
	void closeWhenMessagesAreInHandFinishesThemBeforeStoreStops() {
		JmsTemplate template = template("closed");
		MESSAGES.forEach(template::convertAndSend);
		ConfigurableApplicationContext context = run("closed");
		Store store = context.getBean(Store.class);
		Awaitility.await().until(() -> store.inHand() == 2);
		CompletableFuture<Void> closed = CompletableFuture.runAsync(context::close, Runnables.onThreadOfItsOwn());
		DefaultMessageListenerContainer container = context.getBean(DefaultMessageListenerContainer.class);
		Awaitility.await().until(() -> !container.isRunning());
		assertThat(store.isRunning()).isTrue();
		store.letGo(2);
		closed.join();
		assertThat(store.messages()).hasSize(2);
		List<String> all = new ArrayList<>(store.messages());
		Object left = template.receiveAndConvert();
		while (left != null) {
			all.add((String) left);
			left = template.receiveAndConvert();
		}
		assertThat(all).containsExactlyInAnyOrderElementsOf(MESSAGES);
	}

	@Test
	void restartOfStoreWhenMessagesAreInHandFinishesThemFirst() {
		JmsTemplate template = template("restarted");
		MESSAGES.forEach(template::convertAndSend);
		try (ConfigurableApplicationContext context = run("restarted")) {
			ManagedServices services = context.getBean(ManagedServices.class);
			Store store = context.getBean(Store.class);
			Awaitility.await().until(() -> store.inHand() == 2);
			CompletableFuture<Void> restarted = services.perform(ServiceAction.RESTART, "store");
			DefaultMessageListenerContainer container = context.getBean(DefaultMessageListenerContainer.class);
			Awaitility.await().until(() -> !container.isRunning());
			assertThat(restarted).isNotDone();
			assertThat(store.isRunning()).isTrue();
			store.letGo(MESSAGES.size());
			restarted.join();
			Awaitility.await().until(() -> store.messages().size() >= MESSAGES.size());
			assertThat(store.messages()).containsExactlyInAnyOrderElementsOf(MESSAGES);
			assertThat(store.mostInHand()).isEqualTo(2);
		}
	}

	private static JmsTemplate template(String queue) {
		JmsTemplate template = new JmsTemplate(CONNECTIONS);
		template.setDefaultDestinationName(queue);
		template.setReceiveTimeout(300);
		template.setMessageConverter(new SimpleMessageConverter());
		return template;
	}

	private static ConfigurableApplicationContext run(String queue) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE).run("--queue=" + queue);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ LifecycleAutoConfiguration.class, ManagedServicesAutoConfiguration.class })
	static class Application {

		@Bean
		ConnectionFactory connectionFactory() {
			return new ActiveMQConnectionFactory(BROKER_URL);
		}

		@Bean
		@ManagedService
		Store store() {
			return new Store();
		}

		@Bean
		@ManagedService
		DefaultMessageListenerContainer votes(ConnectionFactory connections, Store store, Environment environment) {
			DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
			container.setConnectionFactory(connections);
			container.setDestinationName(environment.getRequiredProperty("queue"));
			container.setConcurrentConsumers(2);
			container.setReceiveTimeout(100);
			container.setRecoveryInterval(100);
			container.setAutoStartup(false);
			container.setMessageListener((MessageListener) (message) -> {
				try {
					store.take(message.getBody(String.class));
				}
				catch (JMSException ex) {
					throw new IllegalStateException(ex);
				}
			});
			return container;
		}

	}

}
