// SPDX-License-Identifier: Apache-2.0
package io.managedservices.metrics;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;

/**
 * A Prometheus server of the machine, on a port of loopback, that scrapes one application
 * every two seconds. For use by one thread.
 */
final class PrometheusServer implements AutoCloseable {

	private final HttpClient client = HttpClient.newHttpClient();

	private final Process process;

	private final int port;

	private final Path log;

	private PrometheusServer(Process process, int port, Path log) {
		this.process = process;
		this.port = port;
		this.log = log;
	}

	/**
	 * Whether a program is installed.
	 * @param program its name
	 * @return whether it is on the path
	 */
	static boolean isInstalled(String program) {
		return Stream.of(System.getenv("PATH").split(File.pathSeparator))
			.anyMatch((directory) -> Files.isExecutable(Path.of(directory, program)));
	}

	/**
	 * Starts a server.
	 * @param directory where it may write
	 * @param target the port of the application
	 * @return the server, which may need a moment
	 * @throws IOException if it cannot be started
	 */
	static PrometheusServer start(Path directory, String target) throws IOException {
		Path configuration = directory.resolve("prometheus.yml");
		Files.writeString(configuration, """
				global: { scrape_interval: 2s, scrape_timeout: 2s }
				scrape_configs:
				  - job_name: application
				    metrics_path: /actuator/prometheus
				    static_configs: [ { targets: [ '127.0.0.1:%s' ] } ]
				""".formatted(target));
		int port = freePort();
		Path log = directory.resolve("prometheus.log");
		Process process = new ProcessBuilder("prometheus", "--config.file=" + configuration,
				"--storage.tsdb.path=" + directory.resolve("data"), "--web.listen-address=127.0.0.1:" + port)
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		return new PrometheusServer(process, port, log);
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	/**
	 * Asks a query.
	 * @param expression the query
	 * @return the values that it has now, empty also before the server can answer
	 */
	List<String> values(String expression) {
		if (!this.process.isAlive()) {
			throw new IllegalStateException("Prometheus has ended: " + log());
		}
		try {
			HttpResponse<String> response = this.client.send(
					HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/api/v1/query?query=%s".formatted(this.port,
							URLEncoder.encode(expression, StandardCharsets.UTF_8))))
						.build(),
					HttpResponse.BodyHandlers.ofString());
			if (response.statusCode() == 400 || response.statusCode() == 422) {
				throw new IllegalArgumentException("%s: %s".formatted(expression, response.body()));
			}
			return (response.statusCode() == 200) ? JsonPath.read(response.body(), "$.data.result[*].value[1]")
					: List.of();
		}
		catch (IOException ex) {
			return List.of();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private String log() {
		try {
			return Files.readString(this.log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroy();
		try {
			this.process.waitFor(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.process.destroyForcibly().onExit().join();
	}

}
