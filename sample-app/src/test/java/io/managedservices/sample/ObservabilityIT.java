// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A real Prometheus that scrapes the packaged application, with the rules and the queries
 * of {@code docs/observability}. Skipped where it is not installed.
 */
class ObservabilityIT {

	private static final Path DOCUMENTED = Path.of("..", "docs", "observability").toAbsolutePath();

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	@TempDir
	private Path directory;

	private int port;

	@Test
	void rulesAndDashboardAnswerOverTheSampleAndNothingFires() throws Exception {
		Assumptions.assumeTrue(isInstalled(), "Prometheus is not installed");
		try (PollsProcess polls = PollsProcess.start(this.directory)) {
			Process prometheus = prometheus(polls.awaitPort());
			try {
				Awaitility.await()
					.atMost(PATIENCE)
					.untilAsserted(
							() -> assertThat(values("managed_services_state_services{state=\"running\"}")).isNotEmpty()
								.doesNotContain("0"));
				Awaitility.await()
					.atMost(PATIENCE)
					.untilAsserted(() -> assertThat(this.<List<String>>ask("rules", "$.data.groups[*].rules[*].health"))
						.hasSizeGreaterThan(8)
						.containsOnly("ok"));
				assertThat(this.<List<Object>>ask("alerts", "$.data.alerts[?(@.state == 'firing')]")).isEmpty();
				List<String> queries = JsonPath.read(DOCUMENTED.resolve("dashboard.json").toFile(),
						"$..targets[*].expr");
				assertThat(queries).hasSizeGreaterThan(10)
					.map((query) -> query.replace("$job", ".*")
						.replace("$instance", ".*")
						.replace("$__rate_interval", "1m"))
					.allSatisfy((query) -> assertThat(values(query)).as(query).isNotNull());
			}
			finally {
				prometheus.destroyForcibly().onExit().join();
			}
		}
	}

	private static boolean isInstalled() {
		return Stream.of(System.getenv("PATH").split(File.pathSeparator))
			.anyMatch((path) -> Files.isExecutable(Path.of(path, "prometheus")));
	}

	private Process prometheus(int target) throws IOException {
		Path configuration = this.directory.resolve("prometheus.yml");
		Files.writeString(configuration, """
				global: { scrape_interval: 1s, evaluation_interval: 1s }
				rule_files: [ '%s' ]
				scrape_configs:
				  - job_name: polls
				    metrics_path: /actuator/prometheus
				    static_configs: [ { targets: [ '127.0.0.1:%d' ] } ]
				""".formatted(DOCUMENTED.resolve("alerts.yml"), target));
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			this.port = socket.getLocalPort();
		}
		return new ProcessBuilder("prometheus", "--config.file=" + configuration,
				"--storage.tsdb.path=" + this.directory.resolve("data"), "--web.listen-address=127.0.0.1:" + this.port)
			.redirectErrorStream(true)
			.redirectOutput(this.directory.resolve("prometheus.log").toFile())
			.start();
	}

	// Fails if Prometheus refuses the query.
	private List<String> values(String query) {
		return ask("query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8), "$.data.result[*].value[1]");
	}

	private <T> T ask(String path, String found) {
		HttpProbe.Answer answer = new HttpProbe(this.port, "/api/v1/" + path).ask();
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		return JsonPath.read(answer.body(), found);
	}

}
