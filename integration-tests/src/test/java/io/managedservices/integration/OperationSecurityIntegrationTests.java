// SPDX-License-Identifier: Apache-2.0
package io.managedservices.integration;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the documentation says of operations with Spring Security.
 */
class OperationSecurityIntegrationTests {

	private static final String PATH = "/actuator/managedservices/database";

	private static final String RESTART = "{\"action\": \"restart\"}";

	@ParameterizedTest
	@ValueSource(strings = { "", "0" })
	void operationWhenNothingIsConfiguredIsRefused(String managementPort) throws Exception {
		try (ConfigurableApplicationContext context = run(managementPort, Application.class)) {
			assertThat(send(context, "GET", "operator:secret", null).statusCode()).isEqualTo(200);
			assertThat(send(context, "GET", null, null).statusCode()).isEqualTo(401);
			assertThat(send(context, "POST", "operator:secret", RESTART).statusCode()).isEqualTo(401);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "0" })
	void operationWhenChainOfTheDocumentationIsThereIsForOperators(String managementPort) throws Exception {
		try (ConfigurableApplicationContext context = run(managementPort, Application.class, Chain.class)) {
			assertThat(send(context, "POST", null, RESTART).statusCode()).isEqualTo(401);
			assertThat(send(context, "POST", "operator:wrong", RESTART).statusCode()).isEqualTo(401);
			assertThat(send(context, "POST", "reader:secret", RESTART).statusCode()).isEqualTo(403);
			HttpResponse<String> accepted = send(context, "POST", "operator:secret", RESTART);
			assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
			assertThat(accepted.body()).contains("\"requestedBy\":\"operator\"");
			assertThat(send(context, "POST", "operator:secret", " ".repeat(10_000)).statusCode()).isEqualTo(413);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "0" })
	void operationsArePossibleForThoseWhoMayWrite(String managementPort) throws Exception {
		try (ConfigurableApplicationContext context = run(managementPort, Application.class, Readers.class)) {
			assertThat(send(context, "POST", "reader:secret", RESTART).statusCode()).isEqualTo(403);
			assertThat(send(context, "GET", "operator:secret", null).body())
				.contains("{\"action\":\"restart\",\"possible\":true,\"changes\":true}");
			// Who may write to a server of its own is not known before.
			assertThat(send(context, "GET", "reader:secret", null).body()).contains(
					"{\"action\":\"restart\",\"possible\":%s,\"changes\":true".formatted(!managementPort.isEmpty()));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "0" })
	void valuesWhenShownToAuthorizedAreShownToThoseWithTheRole(String managementPort) throws Exception {
		try (ConfigurableApplicationContext context = run(managementPort, Application.class)) {
			assertThat(send(context, "GET", "operator:secret", null).body()).contains("correcthorse");
			assertThat(send(context, "GET", "reader:secret", null).body()).contains("******")
				.doesNotContain("correcthorse");
		}
	}

	private static ConfigurableApplicationContext run(String managementPort, Class<?>... sources) {
		SpringApplication application = new SpringApplication(sources);
		application.setWebApplicationType(WebApplicationType.SERVLET);
		return application.run("--server.port=0", "--management.server.port=" + managementPort,
				"--spring.main.banner-mode=off", "--management.endpoints.web.exposure.include=*",
				"--management.endpoint.managedservices.access=unrestricted",
				"--management.endpoint.managedservices.show-values=when-authorized",
				"--management.endpoint.managedservices.roles=OPERATOR");
	}

	private static HttpResponse<String> send(ConfigurableApplicationContext context, String method,
			@Nullable String user, @Nullable String body) throws Exception {
		HttpRequest.Builder request = HttpRequest
			.newBuilder(
					URI.create(
							"http://localhost:"
									+ context.getEnvironment()
										.getProperty("local.management.port",
												String
													.valueOf(context.getEnvironment().getProperty("local.server.port")))
									+ PATH))
			.header("Content-Type", "application/json")
			.method(method,
					(body != null) ? HttpRequest.BodyPublishers.ofString(body) : HttpRequest.BodyPublishers.noBody());
		if (user != null) {
			request.header("Authorization",
					"Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
		}
		return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		ServiceRegistration database() {
			return new ServiceRegistration("database", new ServiceLifecycle() {

				@Override
				public void start(ServiceContext context) {
					context.conditions().warning("disk", "The disk is full", "correcthorse");
				}

			});
		}

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(
					User.withUsername("operator").password("{noop}secret").roles("OPERATOR").build(),
					User.withUsername("reader").password("{noop}secret").roles("READER").build());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Readers {

		@Bean
		@Order(0)
		SecurityFilterChain operations(HttpSecurity http) throws Exception {
			return http.securityMatcher(EndpointRequest.to("managedservices"))
				.authorizeHttpRequests((requests) -> requests.requestMatchers(HttpMethod.POST)
					.hasRole("OPERATOR")
					.anyRequest()
					.authenticated())
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.disable())
				.build();
		}

		@Bean
		SecurityFilterChain others(HttpSecurity http) throws Exception {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().denyAll()).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Chain {

		@Bean
		@Order(0)
		SecurityFilterChain operations(HttpSecurity http) throws Exception {
			return http.securityMatcher(EndpointRequest.to("managedservices"))
				.authorizeHttpRequests((requests) -> requests.anyRequest().hasRole("OPERATOR"))
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.disable())
				.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
				.build();
		}

	}

}
