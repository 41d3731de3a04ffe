// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.support.SpringFactoriesLoader;

import io.managedservices.ManagedService;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.autoconfigure.item.ManagedServicesItemsAutoConfiguration;
import io.managedservices.autoconfigure.settings.Setting.Value;
import io.managedservices.internal.discovery.GateFactory;
import io.managedservices.internal.lifecycle.ServicesExitException;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sets each property to values of all sorts: it is taken, or the start fails and names
 * the key and what is expected.
 * <p>
 * With {@code -Dsettings.fuzz.seed=…} other values are picked, with
 * {@code -Dsettings.fuzz.values=…} so many for each property; 0 is all.
 */
class SettingsFuzzIntegrationTests {

	private static final long SEED = Long.getLong("settings.fuzz.seed", 1);

	private static final int VALUES = Integer.getInteger("settings.fuzz.values", 3);

	/**
	 * Failures of the start itself, which follow from times that are too short, and name
	 * the key of the service.
	 */
	private static final List<String> SHORT = List.of("startup.timeout", "prepare-timeout", "start-timeout",
			"watchdog");

	private static final List<FailureAnalyzer> ANALYZERS = SpringFactoriesLoader
		.forDefaultResourceLocation(SettingsFuzzIntegrationTests.class.getClassLoader())
		.load(FailureAnalyzer.class, SpringFactoriesLoader.ArgumentResolver.none(), (type, name, failure) -> {
			// Some need a bean factory.
		});

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LifecycleAutoConfiguration.class,
				ManagedServicesAutoConfiguration.class, ManagedServicesItemsAutoConfiguration.class))
		.withUserConfiguration(Services.class)
		.withPropertyValues("managed-services.gates[a gate].health=db", "managed-services.lease.store=memory");

	@Test
	void setWhenValueIsOfAnySortIsTakenOrRefusedByName() {
		List<String> wrong = new ArrayList<>();
		KnownLeaves.all().values().forEach((name, value) -> fuzz(name, value, wrong));
		assertThat(wrong).as("Replay with -Dsettings.fuzz.seed=%d -Dsettings.fuzz.values=%d", SEED, VALUES).isEmpty();
	}

	private void fuzz(String name, Value value, List<String> wrong) {
		String key = name.replaceFirst("services\\.\\*", "services[my.service]")
			.replaceFirst("gates\\.\\*", "gates[a gate]")
			.replaceFirst("items\\.\\*", "items[item/s]")
			.replaceFirst("leases\\.\\*", "leases[a lease]");
		List<String> values = new ArrayList<>(values(KnownLeaves.elementType(value)));
		Collections.shuffle(values, new Random(SEED + name.hashCode()));
		Map<Object, String> effects = new HashMap<>();
		values.stream()
			.limit((VALUES > 0) ? VALUES : values.size())
			.forEach((text) -> this.runner.withPropertyValues(key + "=" + text)
				.run((context) -> check(context, new Case(name, key, text, value), effects, wrong)));
	}

	private static void check(AssertableApplicationContext context, Case tried, Map<Object, String> effects,
			List<String> wrong) {
		Throwable failure = context.getStartupFailure();
		if (failure instanceof ServicesExitException exit && exit.getExitCode() == 0) {
			// That is what it was set for.
			assertThat(exit).hasMessageContaining(tried.key());
			return;
		}
		if (failure != null) {
			String report = report(failure);
			if (report == null || !report.contains(tried.key()) && !tried.isShort()) {
				wrong.add(tried + " -> " + ((report != null) ? report : failure));
			}
			else if (!report.matches("(?s).*([eE]xpected|is missing).*") && !tried.isShort()) {
				wrong.add(tried + " does not say what is expected: " + report);
			}
			return;
		}
		ManagedServicesProperties properties = context.getBeanProvider(ManagedServicesProperties.class)
			.getIfAvailable();
		Object read = Binder.get(context.getEnvironment())
			.bind(tried.key(), Bindable.of(tried.value().type()))
			.orElse(null);
		// What is not of these properties has its effect elsewhere.
		if (properties != null && read != null && tried.name().startsWith("managed-services.")
				&& !tried.name().contains(".items.")
				&& !tried.name().matches("managed-services\\.(observations|logging|metrics)\\..*")) {
			String effect = ResolvedProperties.of(properties, Duration.ofSeconds(30)) + " " + properties;
			effects.forEach((other, its) -> {
				if (!other.equals(read) && its.equals(effect)) {
					wrong.add("%s has the effect of %s".formatted(tried, other));
				}
			});
			effects.put(read, effect);
		}
	}

	private static @Nullable String report(Throwable failure) {
		for (FailureAnalyzer analyzer : ANALYZERS) {
			FailureAnalysis analysis = analyzer.analyze(failure);
			if (analysis != null && analyzer.getClass().getName().startsWith("io.managedservices.")) {
				return analysis.getDescription() + " / " + analysis.getAction();
			}
		}
		return null;
	}

	private static List<String> values(Class<?> type) {
		if (type == Duration.class) {
			return List.of("0", "0ms", "1ns", "1us", "1ms", "500ms", "10s", "2m", "1h", "-1", "-1ms", "-1s", "PT1S",
					"PT-1S", "P1D", "PT", "P1Y", "36500d", "36501d", "3650000d", "106751d", "106752d",
					"9223372036854775807", "9223372036854775807ns", "9223372036854775807s", "9223372036854775807d",
					"9223372036854775808", "-9223372036854775808ns", "99999999999999999999d", "1.5s", "soon", "", " ",
					" 5s ", "5s,", "1s,2s", "5 s", "5S", "1y", "0x10", "NaN", "Infinity", "PT2562047788015215H");
		}
		if (type == Integer.class) {
			return List.of("0", "1", "2", "-1", "-2", "10", "1000", "1001", "10000", "10001", "2147483647",
					"2147483648", "-2147483648", "-2147483649", "9999999999", "1.5", "1e3", "0x10", "010", "", " ",
					" 7 ", "NaN", "many", "1,2", "1,", "+5", "٣");
		}
		if (type == Double.class) {
			return List.of("1", "1.0000001", "2", "0.5", "0", "-1", "NaN", "Infinity", "-Infinity", "1e308", "1e309",
					"4.9e-324", "0.9999999999999999", "1,5", "", " ", " 3 ", "two", "1d", "0x1p3");
		}
		if (type == Boolean.class) {
			return List.of("true", "false", "yes", "no", "on", "off", "1", "0", "TRUE", "Off", " true ", "maybe", "",
					" ", "2", "true,false", "null");
		}
		if (type == Class.class) {
			return List.of("java.io.IOException", "java.io.IOException,java.lang.Error", "java.lang.Throwable",
					"java.io.IOException,", ",", "", " ", " java.io.IOException ", "Nope", "java.lang.String", "int",
					"[Ljava.lang.Throwable;", "java.lang.Throwable[]", "java.util.Map$Entry", "java.io",
					"java.io.IOException,java.io.IOException");
		}
		if (type.isEnum()) {
			return Stream
				.concat(Arrays.stream(type.getEnumConstants())
					.map(Object::toString)
					.flatMap((each) -> Stream.of(each, each.toLowerCase(Locale.ROOT),
							each.toLowerCase(Locale.ROOT).replace('_', '-'))),
						Stream.of("", " ", "maybe", "0", "a,b", " await "))
				.toList();
		}
		return List.of("db", "database", "a b", "a,b", "a,", ",", "", " ", "a'b", "x".repeat(300), "a;drop",
				"${nowhere}", "#{1}", "ä", "a.b.c");
	}

	/**
	 * A value of a property.
	 *
	 * @param name the name of the property
	 * @param key the key that is set
	 * @param text what it is set to
	 * @param value what it should be
	 */
	private record Case(String name, String key, String text, Value value) {

		boolean isShort() {
			return SHORT.stream().anyMatch(this.name::endsWith);
		}

		@Override
		public String toString() {
			return this.key + "=" + this.text;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Services {

		@Bean
		ServiceRegistration dotted() {
			return new ServiceRegistration("my.service", new ServiceLifecycle() {
			});
		}

		@Bean
		ServiceRegistration database() {
			return new ServiceRegistration("database", new ServiceLifecycle() {
			});
		}

		@Bean
		ItemService<Long> items() {
			return new NoItems();
		}

		@Bean
		GateFactory gates() {
			return (name, settings, problems) -> new ServiceLifecycle() {
			};
		}

	}

	/**
	 * A service that has no items.
	 */
	@ManagedService(name = "item/s")
	static class NoItems implements ItemService<Long> {

		@Override
		public Outcome process(Long id) {
			return Outcome.DONE;
		}

		@Override
		public Stream<DueItem<Long>> checkAll() {
			return Stream.empty();
		}

		@Override
		public @Nullable Instant checkOne(Long id) {
			return null;
		}

		@Override
		public Duration interval() {
			return Duration.ofMinutes(1);
		}

	}

}
