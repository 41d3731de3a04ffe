// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.PathNotFoundException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.logging.LoggingInitializationContext;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.logging.LoggingSystemProperty;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.StandardEnvironment;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.Retry;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.work.MicroTask;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for the log in the structured formats of Boot.
 */
@ExtendWith(OutputCaptureExtension.class)
class StructuredLogIntegrationTests {

	@BeforeEach
	void forgetLog() {
		LoggingSystem.get(getClass().getClassLoader()).cleanUp();
	}

	@AfterEach
	void restoreLog() {
		System.clearProperty(LoggingSystemProperty.CONSOLE_STRUCTURED_FORMAT.getEnvironmentVariableName());
		LoggingSystem system = LoggingSystem.get(getClass().getClassLoader());
		system.cleanUp();
		system.beforeInitialize();
		system.initialize(new LoggingInitializationContext(new StandardEnvironment()), null, null);
	}

	@ParameterizedTest
	@CsvSource({ "ecs, $.managedservice.", "logstash, $['managedservice.", "gelf, $['_managedservice." })
	void linesHaveFields(String format, String prefix, CapturedOutput output) {
		run(format);
		String end = prefix.contains("[") ? "']" : "";
		List<Map<String, Object>> lines = new ArrayList<>();
		for (String line : json(output)) {
			lines.add(Map.of("event", read(line, prefix + "event" + end), "name", read(line, prefix + "name" + end),
					"state", read(line, prefix + "state" + end), "attempt", read(line, prefix + "attempt" + end),
					"cause", read(line, prefix + "cause" + end), "duration", read(line, prefix + "duration" + end),
					"next", read(line, prefix + "next-attempt" + end), "work", read(line, prefix + "work" + end)));
		}
		assertThat(lines).anySatisfy((fields) -> assertThat(fields).containsEntry("event", "state-changed")
			.containsEntry("name", "flaky")
			.containsEntry("state", "backoff")
			.containsEntry("attempt", "1")
			.containsEntry("cause", "java.lang.IllegalStateException")
			.doesNotContainEntry("next", ""));
		assertThat(lines).anySatisfy((fields) -> assertThat(fields).containsEntry("name", "flaky")
			.containsEntry("state", "running")
			.containsEntry("attempt", "2")
			.doesNotContainEntry("duration", ""));
		assertThat(lines).anySatisfy((fields) -> assertThat(fields).containsEntry("event", "started")
			.containsEntry("name", "")
			.doesNotContainEntry("duration", ""));
		assertThat(lines).anySatisfy((fields) -> assertThat(fields).containsEntry("event", "stopped"));
		assertThat(lines)
			.anySatisfy((fields) -> assertThat(fields).containsEntry("name", "flaky").containsEntry("work", "start"));
		assertThat(output).doesNotContain("failed to append");
	}

	@Test
	void linesOfUserCodeHaveNamesOfServiceAndWork(CapturedOutput output) {
		run("logstash");
		assertThat(json(output)).anySatisfy((line) -> {
			assertThat(read(line, "$.message")).isEqualTo("mine in start");
			assertThat(read(line, "$['managedservice.name']")).isEqualTo("flaky");
			assertThat(read(line, "$['managedservice.work']")).isEqualTo("start");
		});
		assertThat(json(output)).anySatisfy((line) -> {
			assertThat(read(line, "$.message")).isEqualTo("mine in task");
			assertThat(read(line, "$['managedservice.work']")).isEqualTo("task recount");
		});
		assertThat(json(output)).anySatisfy((line) -> {
			assertThat(read(line, "$.message")).isEqualTo("mine in micro-task");
			assertThat(read(line, "$['managedservice.work']")).isEqualTo("micro-task count");
		});
		assertThat(json(output)).anySatisfy((line) -> {
			assertThat(read(line, "$.message")).isEqualTo("mine after micro-task");
			assertThat(read(line, "$['managedservice.work']")).isEqualTo("task recount");
		});
	}

	@Test
	void namesInContextCanBeSwitchedOff(CapturedOutput output) {
		run("logstash", "managed-services.logging.mdc=false");
		assertThat(json(output)).anySatisfy((line) -> {
			assertThat(read(line, "$.message")).isEqualTo("mine in start");
			assertThat(read(line, "$['managedservice.name']")).isEmpty();
		});
	}

	private static void run(String format, String... properties) {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.properties("logging.structured.format.console=" + format, "spring.main.banner-mode=off")
			.properties(properties)
			.run()) {
			context.getBean(Flaky.class).awaitTask();
			context.getBean(ManagedServices.class).perform(ServiceAction.RESTART, "flaky").join();
		}
	}

	private static List<String> json(CapturedOutput output) {
		return Stream.of(output.getOut().split("\n")).filter((line) -> line.startsWith("{")).toList();
	}

	private static String read(String line, String path) {
		try {
			Object value = JsonPath.read(line, path);
			return String.valueOf(value);
		}
		catch (PathNotFoundException ex) {
			return "";
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(ManagedServicesAutoConfiguration.class)
	@Import(Flaky.class)
	static class Application {

	}

	@ManagedService(name = "flaky", retry = @Retry(maxRetries = 1, delay = "1ms"))
	static class Flaky implements ServiceLifecycle {

		private static final Log logger = LogFactory.getLog(Flaky.class);

		private final CountDownLatch done = new CountDownLatch(1);

		@Override
		public void start(ServiceContext context) {
			logger.info("mine in start");
			if (context.attempt() == 1) {
				throw new IllegalStateException("not yet");
			}
			context.work().task("recount", () -> {
				logger.info("mine in task");
				context.work().run(MicroTask.medium("count"), () -> {
					logger.info("mine in micro-task");
					return 1;
				});
				logger.info("mine after micro-task");
				this.done.countDown();
			}).queue();
		}

		void awaitTask() {
			try {
				this.done.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
