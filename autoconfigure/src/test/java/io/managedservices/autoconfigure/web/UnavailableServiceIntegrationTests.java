// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.web;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.WebFilter;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;
import reactor.core.publisher.Mono;

import io.managedservices.ManagedServices;
import io.managedservices.ServedServices;
import io.managedservices.ServedServices.Answer;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for the answer to requests that need a service that does not run.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnavailableServiceIntegrationTests {

	private static final String[] PROPERTIES = { "managed-services.startup.mode=background",
			"managed-services.services.database.retry.max-retries=-1",
			"managed-services.services.database.retry.delay=50s",
			"managed-services.services.database.retry.max-delay=50s",
			"managed-services.services.broken.retry.max-retries=0" };

	@ParameterizedTest
	@CsvSource({ "SERVLET, /controller/pollBook", "REACTIVE, /controller/pollBook", "SERVLET, /function/pollBook",
			"REACTIVE, /function/pollBook", "SERVLET, /filter/pollBook", "REACTIVE, /filter/pollBook",
			"SERVLET, /cause/pollBook", "REACTIVE, /cause/pollBook", "SERVLET, /filter-cause/pollBook",
			"REACTIVE, /filter-cause/pollBook" })
	void requestWhenServiceWaitsIsAnsweredWithProblemAndRetryAfter(WebApplicationType type, String path,
			CapturedOutput output) {
		try (ServedServices application = run(type)) {
			Answer answer = application.get(path);
			assertThat(answer.code()).as(answer.body()).isEqualTo(503);
			assertThat(answer.type()).isEqualTo("application/problem+json");
			assertThat(Integer.parseInt(answer.retryAfter())).isBetween(1, 50);
			assertThat(answer.<Integer>json("$.status")).isEqualTo(503);
			assertThat(answer.<String>json("$.detail"))
				.isEqualTo("Service 'pollBook' is not available: WAITING for 'database' (BACKOFF).");
			assertThat(output).doesNotContain("Servlet.service()", "500 Server Error");
		}
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET, /controller/broken", "REACTIVE, /controller/broken", "SERVLET, /filter/broken",
			"REACTIVE, /filter/broken" })
	void requestWhenNextAttemptIsNotKnownIsAnsweredWithoutRetryAfter(WebApplicationType type, String path) {
		try (ServedServices application = run(type)) {
			Answer answer = application.get(path);
			assertThat(answer.code()).isEqualTo(503);
			assertThat(answer.retryAfter()).isEqualTo("null");
			assertThat(answer.<String>json("$.detail")).isEqualTo("Service 'broken' is not available: FAILED.");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void requestWhenValuesAreShownTellsWhatFailuresSayButPasswords(WebApplicationType type) {
		try (ServedServices application = run(type, "management.endpoint.managedservices.show-values=always")) {
			Answer answer = application.get("/controller/broken");
			assertThat(answer.<String>json("$.detail"))
				.contains("IllegalStateException", "no way to", "jdbc:postgresql://joe:******@db/polls")
				.doesNotContain("s3cr3t");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void requestWhenProgramIsWrongIsNotAnsweredWith503(WebApplicationType type) {
		try (ServedServices application = run(type)) {
			assertThat(application.get("/controller/unknown").code()).isEqualTo(500);
			assertThat(application.get("/filter/unknown").code()).isEqualTo(500);
			assertThat(application.get("/refused").code()).isEqualTo(500);
			assertThat(application.get("/controller/cache").code()).isEqualTo(500);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void requestWhenWhatWasThrownHasStatusOfItsOwnKeepsIt(WebApplicationType type) {
		try (ServedServices application = run(type)) {
			assertThat(application.get("/status/gateway").code()).isEqualTo(502);
			assertThat(application.get("/status/conflict").code()).isEqualTo(409);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void requestWhenServiceRunsIsAnsweredByIt(WebApplicationType type) {
		try (ServedServices application = run(type)) {
			assertThat(application.get("/controller/plain").body()).isEqualTo("served");
		}
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET, /controller/broken", "REACTIVE, /controller/broken", "SERVLET, /filter/broken",
			"REACTIVE, /filter/broken" })
	void requestWhenSwitchedOffIsAnsweredAsBefore(WebApplicationType type, String path) {
		try (ServedServices application = run(type, "managed-services.web.problemdetails.enabled=false")) {
			assertThat(application.get(path).code()).isEqualTo(500);
		}
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET, /controller/broken", "REACTIVE, /controller/broken", "SERVLET, /filter/broken",
			"REACTIVE, /filter/broken" })
	void requestWhenServicesAreSwitchedOffIsAnsweredWithProblem(WebApplicationType type, String path) {
		try (ServedServices application = ServedServices.run(Application.class, type,
				"managed-services.enabled=false")) {
			Answer answer = application.get(path);
			assertThat(answer.code()).as(answer.body()).isEqualTo(503);
			assertThat(answer.<String>json("$.detail")).isEqualTo("A service is not available.");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void requestWhenApplicationHasAnAdviceIsAnsweredByThat(WebApplicationType type) {
		try (ServedServices application = ServedServices.run(WithAdvice.class, type, PROPERTIES)) {
			awaitStates(application);
			assertThat(application.get("/controller/broken").code()).isEqualTo(418);
		}
	}

	@Test
	void filterWhenApplicationHasAnAdviceIsAnsweredByThat() {
		try (ServedServices application = ServedServices.run(WithAdvice.class, WebApplicationType.SERVLET,
				PROPERTIES)) {
			awaitStates(application);
			assertThat(application.get("/filter/broken").code()).isEqualTo(418);
		}
	}

	private static ServedServices run(WebApplicationType type, String... more) {
		String[] properties = new String[PROPERTIES.length + more.length];
		System.arraycopy(PROPERTIES, 0, properties, 0, PROPERTIES.length);
		System.arraycopy(more, 0, properties, PROPERTIES.length, more.length);
		ServedServices application = ServedServices.run(Application.class, type, properties);
		awaitStates(application);
		return application;
	}

	private static void awaitStates(ServedServices application) {
		ManagedServices services = application.context().getBean(ManagedServices.class);
		Awaitility.await()
			.until(() -> services.snapshot("database").state() == ServiceState.BACKOFF
					&& services.snapshot("broken").state() == ServiceState.FAILED
					&& services.snapshot("plain").state() == ServiceState.RUNNING);
	}

	static String require(ManagedServices services, String name) {
		try {
			services.get(name, Object.class, Duration.ZERO);
			return "served";
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@RestController
	static final class Controller {

		private final ManagedServices services;

		Controller(ManagedServices services) {
			this.services = services;
		}

		@GetMapping("/controller/{name}")
		String get(@PathVariable String name) throws InterruptedException {
			Class<?> type = name.equals("cache") ? Integer.class : Object.class;
			this.services.get(name.equals("cache") ? "plain" : name, type, Duration.ZERO);
			return "served";
		}

		@GetMapping("/cause/{name}")
		String cause(@PathVariable String name) {
			try {
				return get(name);
			}
			catch (Exception ex) {
				throw new IllegalStateException("outer", ex);
			}
		}

		@GetMapping("/status/{kind}")
		String status(@PathVariable String kind) throws InterruptedException {
			try {
				return get("broken");
			}
			catch (ServiceException ex) {
				throw kind.equals("conflict") ? new Conflict(ex)
						: new ResponseStatusException(HttpStatus.BAD_GATEWAY, "the other side", ex);
			}
		}

		@GetMapping("/refused")
		String refused() {
			this.services.plan(ServiceAction.FAIL, "broken");
			return "planned";
		}

	}

	@ResponseStatus(HttpStatus.CONFLICT)
	static final class Conflict extends RuntimeException {

		Conflict(Throwable cause) {
			super(cause);
		}

	}

	@RestControllerAdvice
	static final class Advice {

		@ExceptionHandler
		ResponseEntity<Map<String, String>> handle(Exception exception) {
			return ResponseEntity.status(418).body(Map.of("mine", exception.getClass().getName()));
		}

	}

	static final class Failing implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			throw new IllegalStateException("no way to jdbc:postgresql://joe:s3cr3t@db/polls");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Application.class, Advice.class })
	static class WithAdvice {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
	@Import({ Controller.class, Servlet.class, Reactive.class })
	static class Application {

		@Bean
		ServiceRegistration database() {
			return new ServiceRegistration("database", new Failing());
		}

		@Bean
		ServiceRegistration broken() {
			return new ServiceRegistration("broken", new Failing()).required(false);
		}

		@Bean
		ServiceRegistration plain() {
			return new ServiceRegistration("plain", new ServiceLifecycle() {
			});
		}

		@Bean
		ServiceRegistration pollBook() {
			return new ServiceRegistration("pollBook", new ServiceLifecycle() {
			}).dependsOn("database");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	static class Servlet {

		@Bean
		RouterFunction<ServerResponse> function(ManagedServices services) {
			return org.springframework.web.servlet.function.RouterFunctions.route()
				.GET("/function/{name}",
						(request) -> ServerResponse.ok().body(require(services, request.pathVariable("name"))))
				.build();
		}

		@Bean
		OncePerRequestFilter requiringFilter(ManagedServices services) {
			return new OncePerRequestFilter() {

				@Override
				protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response,
						FilterChain chain) throws ServletException, IOException {
					String path = request.getRequestURI();
					if (path.startsWith("/filter-cause/")) {
						try {
							require(services, path.substring("/filter-cause/".length()));
						}
						catch (ServiceException ex) {
							throw new ServletException("outer", ex);
						}
					}
					if (path.startsWith("/filter/")) {
						require(services, path.substring("/filter/".length()));
					}
					chain.doFilter(request, response);
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class Reactive {

		@Bean
		org.springframework.web.reactive.function.server.RouterFunction<?> function(ManagedServices services) {
			return RouterFunctions.route()
				.GET("/function/{name}",
						(request) -> org.springframework.web.reactive.function.server.ServerResponse.ok()
							.bodyValue(require(services, request.pathVariable("name"))))
				.build();
		}

		@Bean
		WebFilter requiringFilter(ManagedServices services) {
			return (exchange, chain) -> {
				String path = exchange.getRequest().getPath().value();
				if (path.startsWith("/filter-cause/")) {
					return Mono.fromCallable(() -> require(services, path.substring("/filter-cause/".length())))
						.onErrorMap((failure) -> new IllegalStateException("outer", failure))
						.then();
				}
				if (path.startsWith("/filter/")) {
					require(services, path.substring("/filter/".length()));
				}
				return chain.filter(exchange);
			};
		}

	}

}
