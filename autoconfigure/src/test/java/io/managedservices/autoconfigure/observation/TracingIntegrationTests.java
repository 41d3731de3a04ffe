// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.observation;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.EventPublishingContextWrapper;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.micrometer.tracing.otel.bridge.Slf4JEventListener;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.ContextStorage;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;

import io.managedservices.ManagedService;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.work.Task;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for {@code @Task} side by side with {@code @Scheduled} under
 * OpenTelemetry.
 */
class TracingIntegrationTests {

	private final InMemorySpanExporter exporter = InMemorySpanExporter.create();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class))
		.withBean(ObservationRegistry.class, this::registry)
		.withUserConfiguration(Scheduling.class)
		.withBean(Seen.class)
		.withBean(Ours.class)
		.withBean(Theirs.class);

	// As Boot does it where there is a tracer: tracing first, then meters.
	private ObservationRegistry registry() {
		OtelCurrentTraceContext current = new OtelCurrentTraceContext();
		Slf4JEventListener correlation = new Slf4JEventListener();
		ContextStorage.addWrapper(new EventPublishingContextWrapper(correlation::onEvent));
		SdkTracerProvider provider = SdkTracerProvider.builder()
			.addSpanProcessor(SimpleSpanProcessor.create(this.exporter))
			.build();
		OtelTracer tracer = new OtelTracer(provider.get("test"), current, correlation::onEvent);
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig()
			.observationHandler(new DefaultTracingObservationHandler(tracer))
			.observationHandler(new DefaultMeterObservationHandler(this.meters));
		return registry;
	}

	@Test
	void taskHasAllThatScheduledHas() {
		this.runner.run((context) -> {
			Seen seen = context.getBean(Seen.class);
			Awaitility.await().until(() -> seen.isComplete());
			Awaitility.await()
				.until(() -> spans("task polls/recount").size() >= 2 && spans("task theirs.recount").size() >= 2);
			assertThat(seen.traces.get("ours")).isNotNull();
			assertThat(seen.traces.get("theirs")).isNotNull();
		});
		for (String name : List.of("task polls/recount", "task theirs.recount")) {
			List<SpanData> spans = spans(name);
			assertThat(spans).as(name).allMatch((span) -> !span.getParentSpanContext().isValid());
			assertThat(spans).as(name).anySatisfy((span) -> {
				assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusData.error().getStatusCode());
				assertThat(span.getEvents()).extracting((event) -> event.getName()).contains("exception");
			});
			assertThat(spans).as(name).extracting(SpanData::getTraceId).doesNotHaveDuplicates();
			assertThat(attribute(spans.get(0), "outcome")).as(name).isNotNull();
		}
		assertThat(spans("task polls/recount")).allSatisfy((span) -> {
			assertThat(attribute(span, "service")).isEqualTo("polls");
			assertThat(attribute(span, "name")).isEqualTo("recount");
		});
		assertThat(this.meters.get("managed.services.task").tag("service", "polls").timers()).isNotEmpty();
		assertThat(this.meters.get("tasks.scheduled.execution").timers()).isNotEmpty();
		assertThat(this.meters.get("managed.services.task.active").longTaskTimers()).isNotEmpty();
		assertThat(this.meters.get("tasks.scheduled.execution.active").longTaskTimers()).isNotEmpty();
	}

	private static @Nullable String attribute(SpanData span, String key) {
		return span.getAttributes().get(AttributeKey.stringKey(key));
	}

	private List<SpanData> spans(String name) {
		return this.exporter.getFinishedSpanItems().stream().filter((span) -> span.getName().equals(name)).toList();
	}

	/**
	 * What the bodies of both saw.
	 */
	static class Seen {

		private final Map<String, String> traces = new ConcurrentHashMap<>();

		private final CountDownLatch ours = new CountDownLatch(2);

		private final CountDownLatch theirs = new CountDownLatch(2);

		boolean isComplete() {
			return this.ours.getCount() + this.theirs.getCount() == 0;
		}

		void see(String who, CountDownLatch latch) {
			String trace = MDC.get("traceId");
			if (trace != null) {
				this.traces.put(who, trace);
			}
			latch.countDown();
			throw new IllegalStateException("wrong count");
		}

	}

	@ManagedService(name = "polls")
	static class Ours {

		private final Seen seen;

		Ours(Seen seen) {
			this.seen = seen;
		}

		@Task(every = "5ms")
		void recount() {
			this.seen.see("ours", this.seen.ours);
		}

	}

	static class Theirs {

		private final Seen seen;

		Theirs(Seen seen) {
			this.seen = seen;
		}

		@Scheduled(fixedDelay = 5)
		void recount() {
			this.seen.see("theirs", this.seen.theirs);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduling {

		@Bean
		SchedulingConfigurer observed(ObservationRegistry registry) {
			return (ScheduledTaskRegistrar registrar) -> registrar.setObservationRegistry(registry);
		}

	}

}
