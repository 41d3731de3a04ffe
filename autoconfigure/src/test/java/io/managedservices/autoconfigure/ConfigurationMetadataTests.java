package io.managedservices.autoconfigure;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.util.StreamUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the configuration metadata that an IDE reads.
 */
class ConfigurationMetadataTests {

	@Test
	void everyPropertyHasDescription() throws Exception {
		List<Map<String, Object>> properties = properties();
		assertThat(properties).allSatisfy((property) -> assertThat(property.get("description")).asString()
			.as(property.get("name").toString())
			.endsWith("."));
		assertThat(properties).extracting((property) -> property.get("name"))
			.contains("managed-services.enabled", "managed-services.services", "managed-services.gates",
					"managed-services.startup.mode", "managed-services.startup.timeout",
					"managed-services.startup.on-failure", "managed-services.shutdown.timeout",
					"managed-services.defaults.prepare-timeout", "managed-services.defaults.start-timeout",
					"managed-services.defaults.stop-timeout", "managed-services.defaults.retry.max-retries",
					"managed-services.defaults.retry.delay", "managed-services.defaults.retry.multiplier",
					"managed-services.defaults.retry.max-delay", "managed-services.defaults.retry.jitter",
					"managed-services.defaults.retry.excludes", "managed-services.defaults.health.interval",
					"managed-services.defaults.health.timeout", "managed-services.work.task-slots",
					"managed-services.work.long-task", "managed-services.work.micro-tasks.limit",
					"managed-services.work.micro-tasks.medium-max-delay",
					"managed-services.work.micro-tasks.low-max-delay", "managed-services.defaults.event-buffer",
					"managed-services.work.max-threads", "managed-services.work.failures-kept",
					"managed-services.work.exposed-event-buffer", "managed-services.items.engine",
					"managed-services.items.concurrency", "managed-services.items.late-threshold",
					"managed-services.items.max-items", "managed-services.items.retry.delay",
					"managed-services.items.retry.multiplier", "managed-services.items.retry.max-delay",
					"managed-services.items.db-scheduler.table", "managed-services.items.db-scheduler.create-table",
					"managed-services.items.db-scheduler.threads",
					"managed-services.items.db-scheduler.polling-interval",
					"managed-services.items.db-scheduler.heartbeat", "managed-services.items.db-scheduler.depends-on");
	}

	@Test
	void everyPropertyThatIsNotOfOneServiceNorOffNorOfTheMachineHasDefault() throws Exception {
		assertThat(properties())
			.filteredOn((property) -> property.get("name")
				.toString()
				.matches(".*(defaults|startup|shutdown|services\\.(work|items)).*")
					&& !property.get("name")
						.toString()
						.matches(".*(excludes|watchdog|task-slots|micro-tasks\\.limit|depends-on)"))
			.allSatisfy((property) -> assertThat(property.get("defaultValue")).as(property.get("name").toString())
				.isNotNull());
	}

	@Test
	void propertyWhoseDefaultIsOfTheMachineTellsIt() throws Exception {
		assertThat(properties())
			.filteredOn((property) -> property.get("name").toString().matches(".*(task-slots|micro-tasks\\.limit)"))
			.hasSize(2)
			.allSatisfy((property) -> assertThat(property.get("description")).asString()
				.contains("By default", "processors, at least 2"));
	}

	private static List<Map<String, Object>> properties() throws Exception {
		try (InputStream stream = ConfigurationMetadataTests.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			Map<String, Object> metadata = JsonParserFactory.getJsonParser()
				.parseMap(StreamUtils.copyToString(stream, StandardCharsets.UTF_8));
			List<Map<String, Object>> properties = new ArrayList<>();
			for (Object property : (List<?>) metadata.get("properties")) {
				@SuppressWarnings("unchecked")
				Map<String, Object> attributes = (Map<String, Object>) property;
				if (attributes.get("name").toString().startsWith("managed-services.")) {
					properties.add(attributes);
				}
			}
			return properties;
		}
	}

}
