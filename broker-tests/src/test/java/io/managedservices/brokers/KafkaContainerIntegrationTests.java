// SPDX-License-Identifier: Apache-2.0
package io.managedservices.brokers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
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
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.CommonContainerStoppingErrorHandler;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import org.springframework.kafka.test.utils.KafkaTestUtils;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs a listener container of Spring for Apache Kafka as a service, against a broker:
 * records in hand are finished before what they need is stopped, and before it is started
 * again.
 */
@Timeout(120)
class KafkaContainerIntegrationTests {

	private static final List<String> RECORDS = IntStream.range(0, 6).mapToObj((number) -> "vote " + number).toList();

	private static final EmbeddedKafkaKraftBroker BROKER = new EmbeddedKafkaKraftBroker(1, 2, "closed", "restarted",
			"unhealthy", "stopped");

	private static KafkaTemplate<String, String> template;

	@BeforeAll
	static void startBroker() {
		Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
		BROKER.afterPropertiesSet();
		DefaultKafkaProducerFactory<String, String> producers = new DefaultKafkaProducerFactory<>(
				KafkaTestUtils.producerProps(BROKER), new StringSerializer(), new StringSerializer());
		template = new KafkaTemplate<>(producers);
	}

	@AfterAll
	static void stopBroker() {
		template.destroy();
		BROKER.destroy();
	}

	@Test
	void closeWhenRecordsAreInHandFinishesThemBeforeStoreStops() {
		List<String> all;
		try (ConfigurableApplicationContext context = run("closed")) {
			send("closed");
			Store store = store(context);
			Awaitility.await().until(() -> store.inHand() == 2);
			CompletableFuture<Void> closed = CompletableFuture.runAsync(context::close, Runnables.onThreadOfItsOwn());
			ConcurrentMessageListenerContainer<?, ?> container = container(context);
			Awaitility.await().until(() -> !container.isRunning());
			assertThat(store.isRunning()).isTrue();
			store.letGo(RECORDS.size());
			closed.join();
			all = new ArrayList<>(store.messages());
		}
		try (ConfigurableApplicationContext context = runUnassigned("closed")) {
			Store store = store(context);
			store.letGo(RECORDS.size());
			Awaitility.await().until(() -> store.messages().size() + all.size() >= RECORDS.size());
			all.addAll(store.messages());
		}
		assertThat(all).containsExactlyInAnyOrderElementsOf(RECORDS);
	}

	@Test
	void restartWhenRecordsAreInHandLongerThanContainerWaitsDoesNotOverlap() {
		try (ConfigurableApplicationContext context = run("restarted")) {
			send("restarted");
			Store store = store(context);
			Awaitility.await().until(() -> store.inHand() == 2);
			CompletableFuture<Void> restarted = context.getBean(ManagedServices.class)
				.perform(ServiceAction.RESTART, "votes");
			ConcurrentMessageListenerContainer<?, ?> container = container(context);
			Awaitility.await().until(() -> !container.isRunning());
			Awaitility.await()
				.during(Duration.ofMillis(500))
				.until(() -> !container.isRunning() && store.inHand() == 2);
			store.letGo(RECORDS.size());
			restarted.join();
			Awaitility.await().until(() -> store.messages().size() >= RECORDS.size());
			assertThat(store.messages()).containsExactlyInAnyOrderElementsOf(RECORDS);
			assertThat(store.mostInHand()).isEqualTo(2);
		}
	}

	@Test
	void containerThatHasStoppedByItselfIsUnhealthy() {
		try (ConfigurableApplicationContext context = run("unhealthy")) {
			ManagedServices services = context.getBean(ManagedServices.class);
			Awaitility.await().until(services::isReady);
			assertThat(services.isHealthy()).isTrue();
			context.getBean(Failing.class).failures.set(1);
			template.send("unhealthy", "vote").join();
			Awaitility.await().until(() -> !services.isReady() && !services.isHealthy());
			assertThat(services.snapshot("votes").vitals().failure())
				.hasMessageContaining("isRunning() of " + ConcurrentMessageListenerContainer.class.getName());
		}
	}

	@Test
	void containerThatHasStoppedByItselfIsRestartedWhenItsLastRecordIsDone() {
		try (ConfigurableApplicationContext context = run("stopped",
				"managed-services.services.votes.health.failure-threshold=1",
				"managed-services.services.votes.restart.delay=1ms")) {
			Store store = store(context);
			template.send("stopped", 0, null, "vote 0").join();
			Awaitility.await().until(() -> store.inHand() == 1);
			context.getBean(Failing.class).failures.set(1);
			template.send("stopped", 1, null, "vote 1").join();
			ManagedServices services = context.getBean(ManagedServices.class);
			Awaitility.await().until(() -> services.snapshot("votes").state() != ServiceState.RUNNING);
			Awaitility.await()
				.during(Duration.ofMillis(500))
				.until(() -> services.snapshot("votes").state() != ServiceState.RUNNING && store.inHand() == 1);
			store.letGo(2);
			Awaitility.await().until(() -> store.messages().size() == 2);
			assertThat(store.messages()).containsExactly("vote 0", "vote 1");
			Awaitility.await().until(() -> services.isReady() && services.isHealthy());
		}
	}

	private static void send(String topic) {
		RECORDS
			.forEach((record) -> template.send(topic, Integer.parseInt(record.substring(5)) % 2, null, record).join());
	}

	private static Store store(ConfigurableApplicationContext context) {
		return context.getBean(Store.class);
	}

	private static ConcurrentMessageListenerContainer<?, ?> container(ConfigurableApplicationContext context) {
		return context.getBean(ConcurrentMessageListenerContainer.class);
	}

	private static ConfigurableApplicationContext run(String topic, String... properties) {
		ConfigurableApplicationContext context = runUnassigned(topic, properties);
		// Each partition has a consumer of its own.
		Awaitility.await()
			.until(() -> container(context).getContainers()
				.stream()
				.allMatch((each) -> each.getAssignedPartitions() != null && each.getAssignedPartitions().size() == 1));
		return context;
	}

	private static ConfigurableApplicationContext runUnassigned(String topic, String... properties) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties(properties)
			.properties("managed-services.defaults.health.interval=50ms")
			.run("--topic=" + topic);
	}

	static class Failing {

		final AtomicInteger failures = new AtomicInteger();

		void failIfDue() {
			if (this.failures.getAndUpdate((left) -> Math.max(0, left - 1)) > 0) {
				throw new IllegalStateException("told to");
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ LifecycleAutoConfiguration.class, ManagedServicesAutoConfiguration.class })
	static class Application {

		@Bean
		Failing failing() {
			return new Failing();
		}

		@Bean
		@ManagedService
		Store store() {
			return new Store();
		}

		@Bean
		@ManagedService
		ConcurrentMessageListenerContainer<String, String> votes(Store store, Failing failing,
				Environment environment) {
			String topic = environment.getRequiredProperty("topic");
			Map<String, Object> settings = KafkaTestUtils.consumerProps(BROKER, topic, false);
			settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
			ContainerProperties properties = new ContainerProperties(topic);
			properties.setMessageListener((MessageListener<String, String>) (record) -> {
				failing.failIfDue();
				store.take(record.value());
			});
			properties.setAckMode(ContainerProperties.AckMode.RECORD);
			properties.setStopImmediate(true);
			properties.setShutdownTimeout(50);
			properties.setPollTimeout(200);
			ConcurrentMessageListenerContainer<String, String> container = new ConcurrentMessageListenerContainer<>(
					new DefaultKafkaConsumerFactory<>(settings, new StringDeserializer(), new StringDeserializer()),
					properties);
			container.setConcurrency(2);
			container.setAutoStartup(false);
			container.setCommonErrorHandler(new CommonContainerStoppingErrorHandler());
			return container;
		}

	}

}
