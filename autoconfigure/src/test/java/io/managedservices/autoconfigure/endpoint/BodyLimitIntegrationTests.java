// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.endpoint;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.managedservices.ServedServices;
import io.managedservices.ServedServices.Answer;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.actuate.operation.ServiceOperationEvent;
import io.managedservices.actuate.operation.ServiceOperationEvent.Outcome;
import io.managedservices.actuate.operation.ServiceOperationListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for how much an operation may send.
 */
class BodyLimitIntegrationTests {

	private static final String TOMCAT = "org.springframework.boot"
			+ ".tomcat.autoconfigure.actuate.web.server.TomcatReactiveManagementContextAutoConfiguration";

	private static final String PATH = "/actuator/managedservices/database";

	private static final String STOP = "{\"action\": \"stop\", \"dryRun\": true%s}";

	@ParameterizedTest
	@CsvSource({ "SERVLET, false", "SERVLET, true", "REACTIVE, false", "REACTIVE, true" })
	void performWhenBodyIsTooLargeIsAnsweredWith413(WebApplicationType type, boolean ownPort) throws IOException {
		String server = ownPort ? "management.server.port=0" : "management.server.port=";
		try (ServedServices application = ServedServices.run(Application.class, type, server,
				"management.endpoint.managedservices.access=unrestricted", "spring.autoconfigure.exclude=" + TOMCAT,
				"spring.http.codecs.max-in-memory-size=-1")) {
			String spaces = " ".repeat(8 * 1024 - STOP.length() + 2);
			assertThat(post(application, ownPort, STOP.formatted(spaces)).code()).isEqualTo(200);
			Answer answer = post(application, ownPort, STOP.formatted(spaces + " "));
			assertThat(answer.code()).isEqualTo(413);
			assertThat(answer.<String>json("$.error")).contains("too large", "8192");
			int port = Integer.parseInt(String.valueOf(application.context()
				.getEnvironment()
				.getProperty(ownPort ? "local.management.port" : "local.server.port")));
			assertThat(postChunks(port, PATH, 12)).contains(" 413");
			assertThat(postChunks(port, PATH, 1)).contains(" 200");
			if (type == WebApplicationType.REACTIVE) {
				assertThat(postChunks(port, "/actuator/managedservices;a=b/data%62ase", 12)).contains(" 413");
			}
			List<ServiceOperationEvent> told = application.context().getBean(Told.class).events;
			assertThat(told).filteredOn((event) -> event.outcome() == Outcome.INVALID)
				.hasSizeGreaterThanOrEqualTo(2)
				.allMatch((event) -> String.valueOf(event.message()).contains("too large"));
		}
	}

	private static Answer post(ServedServices application, boolean ownPort, String json) {
		return ownPort ? application.postManagement(PATH, json) : application.post(PATH, json);
	}

	private static String postChunks(int port, String path, int count) throws IOException {
		try (Socket socket = new Socket("localhost", port)) {
			socket.setSoTimeout(20_000);
			OutputStream out = socket.getOutputStream();
			String head = "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n".formatted(path)
					+ "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
			// At once, since the server closes the connection when it has answered.
			StringBuilder request = new StringBuilder(head).append(chunk(STOP.formatted("")));
			request.append(chunk(" ".repeat(1000)).repeat(count - 1));
			out.write(request.append((count == 1) ? "0\r\n\r\n" : "").toString().getBytes(StandardCharsets.US_ASCII));
			out.flush();
			return String
				.valueOf(new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
					.readLine());
		}
	}

	private static String chunk(String text) {
		return "%x\r\n%s\r\n".formatted(text.length(), text);
	}

	static final class Told implements ServiceOperationListener {

		private final List<ServiceOperationEvent> events = new CopyOnWriteArrayList<>();

		@Override
		public void onOperation(ServiceOperationEvent event) {
			this.events.add(event);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
	static class Application {

		@Bean
		ServiceRegistration database() {
			return new ServiceRegistration("database", new ServiceLifecycle() {
			});
		}

		@Bean
		Told told() {
			return new Told();
		}

	}

}
