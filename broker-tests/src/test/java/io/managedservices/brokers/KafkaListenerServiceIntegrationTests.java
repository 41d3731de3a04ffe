// SPDX-License-Identifier: Apache-2.0
package io.managedservices.brokers;

import java.util.HashMap;
import java.util.Map;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.kafka.annotation.EnableKafka;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import org.springframework.kafka.test.utils.KafkaTestUtils;
import org.springframework.util.backoff.FixedBackOff;

import io.managedservices.DependsOnService;

/**
 * The contract of listeners with {@code @KafkaListener}.
 */
class KafkaListenerServiceIntegrationTests extends ListenerServiceContract {

	private static final EmbeddedKafkaKraftBroker BROKER = new EmbeddedKafkaKraftBroker(1, 2, "operated", "failed",
			"stopped", "paused", "terminated");

	private static KafkaTemplate<String, String> template;

	@BeforeAll
	static void startBroker() {
		BROKER.afterPropertiesSet();
		template = new KafkaTemplate<>(new DefaultKafkaProducerFactory<>(KafkaTestUtils.producerProps(BROKER),
				new StringSerializer(), new StringSerializer()));
	}

	@AfterAll
	static void stopBroker() {
		template.destroy();
		BROKER.destroy();
	}

	@Override
	Class<?> application() {
		return Application.class;
	}

	@Override
	String broker() {
		return BROKER.getBrokersAsString();
	}

	@Override
	void send(String destination, String message) {
		template.send(destination, message).join();
	}

	@Override
	SmartLifecycle container(ConfigurableApplicationContext context) {
		return context.getBean(KafkaListenerEndpointRegistry.class).getListenerContainer("votes");
	}

	@Override
	SmartLifecycle registry(ConfigurableApplicationContext context) {
		return context.getBean(KafkaListenerEndpointRegistry.class);
	}

	@Configuration(proxyBeanMethods = false)
	@Import(StoreConfiguration.class)
	@EnableKafka
	static class Application {

		private final Store store;

		Application(Store store) {
			this.store = store;
		}

		@KafkaListener(id = "votes", topics = "${destination}")
		@DependsOnService("store")
		void vote(String vote) {
			this.store.take(vote);
		}

		@Bean
		static ConcurrentKafkaListenerContainerFactory<String, String> kafkaListenerContainerFactory(
				Environment environment) {
			Map<String, Object> settings = new HashMap<>();
			settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, environment.getRequiredProperty("broker"));
			settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
			settings.put(ConsumerConfig.GROUP_ID_CONFIG, "votes");
			ConcurrentKafkaListenerContainerFactory<String, String> factory = new ConcurrentKafkaListenerContainerFactory<>();
			factory.setConsumerFactory(
					new DefaultKafkaConsumerFactory<>(settings, new StringDeserializer(), new StringDeserializer()));
			factory.setConcurrency(2);
			factory
				.setCommonErrorHandler(new DefaultErrorHandler(new FixedBackOff(100, FixedBackOff.UNLIMITED_ATTEMPTS)));
			factory.getContainerProperties().setAckMode(ContainerProperties.AckMode.RECORD);
			factory.getContainerProperties().setStopImmediate(true);
			factory.getContainerProperties().setPollTimeout(100);
			return factory;
		}

	}

}
