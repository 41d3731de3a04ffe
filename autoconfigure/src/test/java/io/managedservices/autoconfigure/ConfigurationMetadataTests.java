// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.util.StreamUtils;

import io.managedservices.autoconfigure.settings.Setting.Value;

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
					"managed-services.defaults.retry.excludes", "managed-services.defaults.retry.includes",
					"managed-services.defaults.health.interval", "managed-services.defaults.health.timeout",
					"managed-services.work.task-slots", "managed-services.work.long-task",
					"managed-services.work.micro-tasks.limit", "managed-services.work.micro-tasks.medium-max-delay",
					"managed-services.work.micro-tasks.low-max-delay", "managed-services.defaults.event-buffer",
					"managed-services.work.max-threads", "managed-services.work.failures-kept",
					"managed-services.work.exposed-event-buffer", "managed-services.items.engine",
					"managed-services.items.concurrency", "managed-services.items.late-threshold",
					"managed-services.items.max-items", "managed-services.items.retry.delay",
					"managed-services.items.retry.multiplier", "managed-services.items.retry.max-delay",
					"managed-services.items.db-scheduler.table", "managed-services.items.db-scheduler.create-table",
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
						.matches(".*(excludes|includes|watchdog|task-slots|micro-tasks\\.limit|depends-on)"))
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

	@Test
	void everyPropertyIsKnownToTheCheckOfKeysAndTheOtherWayRound() throws Exception {
		Map<String, String> types = types();
		// Boot reads this one for every endpoint, but wants nobody to know.
		Set<String> known = new TreeSet<>(KnownLeaves.all().values().keySet());
		assertThat(known.remove("management.endpoint.managedservices.enabled")).isTrue();
		assertThat(known.remove("management.endpoint.managedservicesui.enabled")).isTrue();
		assertThat(known.stream().filter((name) -> !name.contains("*"))).containsExactlyInAnyOrderElementsOf(
				types.keySet().stream().filter((name) -> !types.get(name).startsWith("java.util.Map<")).toList());
		// What stands below a name is not described there.
		assertThat(known.stream().filter((name) -> name.contains("*")).map((name) -> name.replaceAll("\\.\\*.*", "")))
			.hasSameElementsAs(Stream
				.concat(types.keySet().stream().filter((name) -> types.get(name).startsWith("java.util.Map<")),
						Stream.of("managed-services.items"))
				.toList());
	}

	@Test
	void everySettingThatIsKnownBelowNameIsBound() {
		KnownLeaves.all().values().forEach((name, value) -> {
			String key = name.replace("*", "database");
			Class<?> type = switch (name.replaceAll("\\.\\*.*", ".*")) {
				case "managed-services.services.*", "managed-services.gates.*" -> ManagedServicesProperties.class;
				case "managed-services.items.*" -> ManagedServicesItemsProperties.Service.class;
				default -> null;
			};
			if (type != null) {
				String root = (type == ManagedServicesProperties.class) ? "managed-services"
						: "managed-services.items.database";
				Binder binder = new Binder(new MapConfigurationPropertySource(Map.of(key, text(value))));
				assertThat(binder
					.bind(root, Bindable.of(type),
							new NoUnboundElementsBindHandler(BindHandler.DEFAULT, (source) -> true))
					.isBound()).as(key).isTrue();
			}
		});
	}

	private static String text(Value value) {
		Class<?> type = KnownLeaves.elementType(value);
		if (type.isEnum()) {
			return type.getEnumConstants()[0].toString();
		}
		return Map
			.of(Duration.class, "1s", Boolean.class, "true", Integer.class, "1", Double.class, "1", Class.class,
					"java.lang.Error")
			.getOrDefault(type, "text");
	}

	private static Map<String, String> types() throws Exception {
		Map<String, String> types = new LinkedHashMap<>();
		for (String file : List.of("spring-configuration-metadata.json",
				"additional-spring-configuration-metadata.json")) {
			for (Map<String, Object> property : all(file)) {
				types.putIfAbsent(property.get("name").toString(), property.get("type").toString());
			}
		}
		return types;
	}

	private static List<Map<String, Object>> properties() throws Exception {
		return all("spring-configuration-metadata.json").stream()
			.filter((property) -> property.get("name").toString().startsWith("managed-services."))
			.toList();
	}

	private static List<Map<String, Object>> all(String file) throws Exception {
		try (InputStream stream = ConfigurationMetadataTests.class.getResourceAsStream("/META-INF/" + file)) {
			Map<String, Object> metadata = JsonParserFactory.getJsonParser()
				.parseMap(StreamUtils.copyToString(stream, StandardCharsets.UTF_8));
			List<Map<String, Object>> properties = new ArrayList<>();
			for (Object property : (List<?>) metadata.get("properties")) {
				@SuppressWarnings("unchecked")
				Map<String, Object> attributes = (Map<String, Object>) property;
				properties.add(attributes);
			}
			return properties;
		}
	}

}
