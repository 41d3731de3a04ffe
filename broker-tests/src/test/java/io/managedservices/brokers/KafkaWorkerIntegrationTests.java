// SPDX-License-Identifier: Apache-2.0
package io.managedservices.brokers;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import org.springframework.kafka.test.utils.KafkaTestUtils;

import io.managedservices.ManagedService;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.work.Worker;
import io.managedservices.work.WorkerContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs a plain Kafka consumer in a worker: at a normal stop it finishes the record in
 * hand, and closes its consumer without an error.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class KafkaWorkerIntegrationTests {

	private static final EmbeddedKafkaKraftBroker BROKER = new EmbeddedKafkaKraftBroker(1, 1, "worker");

	private static KafkaTemplate<String, String> template;

	@BeforeAll
	static void startBroker() {
		Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
		BROKER.afterPropertiesSet();
		template = new KafkaTemplate<>(new DefaultKafkaProducerFactory<>(KafkaTestUtils.producerProps(BROKER),
				new StringSerializer(), new StringSerializer()));
	}

	@AfterAll
	static void stopBroker() {
		template.destroy();
		BROKER.destroy();
	}

	@Test
	void closeWhenRecordIsInHandFinishesItAndLogsNoError(CapturedOutput output) {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.run();
		Store store = context.getBean(Store.class);
		template.send("worker", "vote").join();
		Awaitility.await().until(() -> store.inHand() == 1);
		Consumer consumer = context.getBean(Consumer.class);
		CompletableFuture<Void> closed = CompletableFuture.runAsync(context::close, Runnables.onThreadOfItsOwn());
		Awaitility.await().until(() -> consumer.context.isStopping());
		assertThat(store.isRunning()).isTrue();
		store.letGo(1);
		closed.join();
		assertThat(store.messages()).containsExactly("vote");
		assertThat(consumer.closed).isTrue();
		assertThat(output).doesNotContain("ERROR").doesNotContain("InterruptException");
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ LifecycleAutoConfiguration.class, ManagedServicesAutoConfiguration.class })
	static class Application {

		@Bean
		@ManagedService
		Store store() {
			return new Store();
		}

		@Bean
		@ManagedService
		Consumer consumer(Store store) {
			return new Consumer(store);
		}

	}

	static class Consumer {

		private final Store store;

		volatile WorkerContext context;

		volatile boolean closed;

		Consumer(Store store) {
			this.store = store;
		}

		@Worker
		void consume(WorkerContext worker) {
			this.context = worker;
			Map<String, Object> settings = KafkaTestUtils.consumerProps(BROKER, "worker", false);
			settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
			try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings, new StringDeserializer(),
					new StringDeserializer())) {
				consumer.subscribe(List.of("worker"));
				while (!worker.isStopping()) {
					for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
						this.store.take(record.value());
						consumer.commitSync();
					}
				}
			}
			this.closed = true;
		}

	}

}
