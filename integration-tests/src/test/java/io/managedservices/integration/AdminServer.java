// SPDX-License-Identifier: Apache-2.0
package io.managedservices.integration;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A Spring Boot Admin server with the view of {@code docs/spring-boot-admin}, in a
 * process of its own. For use by one thread.
 */
final class AdminServer implements AutoCloseable {

	static final String PORT = "listens at port ";

	private static final Path CLASS_PATH = Path.of("admin-server/target/classpath");

	private static final Path VIEW = Path.of("../docs/spring-boot-admin");

	private static final Duration LIMIT = Duration.ofMinutes(2);

	private final HttpClient client = HttpClient.newHttpClient();

	private final Path output;

	private final Process process;

	private final String url;

	AdminServer() throws Exception {
		assertThat(CLASS_PATH)
			.as("The class path of the Admin server, which mvn -pl integration-tests/admin-server process-test-resources writes")
			.exists();
		Path classes = Path
			.of(AdminServerApplication.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		this.output = Files.createTempFile("admin-server", ".log");
		this.process = JavaProcess.start(AdminServerApplication.class,
				List.of(classes.toString(), VIEW.toString(), Files.readString(CLASS_PATH).trim()), List.of(),
				this.output);
		try {
			this.url = "http://127.0.0.1:"
					+ Awaitility.await("the Admin server").atMost(LIMIT).until(this::port, (port) -> !port.isEmpty());
		}
		catch (Throwable ex) {
			close();
			throw ex;
		}
	}

	private String port() throws IOException {
		List<String> lines = lines();
		assertThat(this.process.isAlive()).as(() -> String.join("\n", lines)).isTrue();
		return lines.stream()
			.filter((line) -> line.startsWith(PORT))
			.map((line) -> line.substring(PORT.length()))
			.findFirst()
			.orElse("");
	}

	String url() {
		return this.url;
	}

	/**
	 * Registers an application, and waits until the server knows what it exposes.
	 * @param name its name
	 * @param actuator the address of its endpoints
	 * @param endpoint what it has to expose
	 * @return the id that the server has given it
	 */
	String register(String name, String actuator, String endpoint) throws Exception {
		String answer = send(HttpRequest.newBuilder(URI.create(this.url + "/instances"))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("""
					{ "name": "%s", "managementUrl": "%s", "healthUrl": "%s/health" }""".formatted(name, actuator,
					actuator))));
		assertThat(answer).matches("\\{\"id\":\"\\w+\"}");
		String id = answer.replaceAll(".*:\"|\"}", "");
		Awaitility.await("the endpoints of " + name)
			.atMost(LIMIT)
			.until(() -> send(HttpRequest.newBuilder(URI.create(this.url + "/instances/" + id))
				.header("Accept", "application/json")), (instance) -> instance.contains("\"" + endpoint + "\""));
		return id;
	}

	private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
		HttpResponse<String> response = this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).as(response::body).isBetween(200, 299);
		return response.body();
	}

	private List<String> lines() throws IOException {
		return Files.readAllLines(this.output);
	}

	@Override
	public void close() throws IOException {
		this.process.destroyForcibly().onExit().join();
		Files.delete(this.output);
	}

}
