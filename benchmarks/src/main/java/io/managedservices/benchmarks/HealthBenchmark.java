// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;

/**
 * A health query over HTTP, of a real application: a probe over one service and over ten
 * thousand, and the whole health of ten thousand services beside ten thousand of Boot's
 * own indicators that are always up.
 *
 * @since 0.1.0
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = { "-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch" })
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 5, time = 1)
public class HealthBenchmark {

	/**
	 * What is asked of what.
	 */
	@Param
	public Query query;

	private ConfigurableApplicationContext context;

	private HttpClient client;

	private HttpRequest request;

	/**
	 * Starts the application.
	 * @throws Exception if it cannot be asked
	 */
	@Setup
	public void setUp() throws Exception {
		this.context = new SpringApplicationBuilder(Application.class)
			.initializers((context) -> register((GenericApplicationContext) context))
			.properties("server.port=0", "spring.main.banner-mode=off", "logging.level.root=warn",
					"management.endpoint.health.probes.enabled=true", "management.endpoint.health.show-details=always",
					"management.health.defaults.enabled=" + false,
					"management.health.managedservices.enabled=" + (this.query.services > 0))
			.run();
		String port = this.context.getEnvironment().getRequiredProperty("local.server.port");
		this.client = HttpClient.newHttpClient();
		this.request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + this.query.path)).build();
		System.out.println(this.query + " answers " + ask().length() + " characters");
	}

	private void register(GenericApplicationContext context) {
		for (int service = 0; service < this.query.services; service++) {
			String name = "service-" + service;
			context.registerBean(name, ServiceRegistration.class, () -> new ServiceRegistration(name, new Idle()));
		}
		if (this.query.services == 0) {
			Map<String, HealthIndicator> indicators = new LinkedHashMap<>();
			for (int indicator = 0; indicator < Query.MANY; indicator++) {
				Health up = Health.up().withDetail("state", "RUNNING").withDetail("since", Instant.now()).build();
				indicators.put("service-" + indicator, () -> up);
			}
			context.registerBean("constant", CompositeHealthContributor.class,
					() -> CompositeHealthContributor.fromMap(indicators));
		}
	}

	/**
	 * Asks once.
	 * @return the answer
	 * @throws IOException if there is none
	 * @throws InterruptedException if interrupted
	 */
	@Benchmark
	public String ask() throws IOException, InterruptedException {
		HttpResponse<String> response = this.client.send(this.request, BodyHandlers.ofString());
		if (response.statusCode() != 200) {
			throw new IllegalStateException("Expected 200, found " + response.statusCode() + ": " + response.body());
		}
		return response.body();
	}

	/**
	 * Stops the application.
	 */
	@TearDown
	public void tearDown() {
		this.context.close();
	}

	/**
	 * What is asked of what.
	 */
	public enum Query {

		/**
		 * The readiness probe of an application with one service.
		 */
		PROBE_1(1, "/actuator/health/readiness"),

		/**
		 * The readiness probe of an application with ten thousand services.
		 */
		PROBE_10000(Query.MANY, "/actuator/health/readiness"),

		/**
		 * The whole health of ten thousand services.
		 */
		SERVICES_10000(Query.MANY, "/actuator/health"),

		/**
		 * The whole health of ten thousand indicators of Boot that are always up.
		 */
		CONSTANT_10000(0, "/actuator/health");

		private static final int MANY = 10_000;

		private final int services;

		private final String path;

		Query(int services, String path) {
			this.services = services;
			this.path = path;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	/**
	 * A service that does nothing.
	 */
	private static final class Idle implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
		}

		@Override
		public void stop(ServiceContext context) {
		}

	}

}
