// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.io.IOException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import io.managedservices.HealthCheck;
import io.managedservices.ManagedService;
import io.managedservices.Restart;
import io.managedservices.Restart.OnGiveUp;
import io.managedservices.Restart.Policy;
import io.managedservices.Retry;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.internal.configure.DiscoverySettings;
import io.managedservices.internal.configure.SettingsOverlay;
import io.managedservices.internal.discovery.ServiceDiscovery;
import io.managedservices.internal.graph.InvalidServiceGraphException;
import io.managedservices.internal.graph.RestartSettings;
import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests that each setting of a service can be set in three ways: by an attribute of the
 * annotation, by a method of the registration, and by a property.
 */
class ServiceSettingsIntegrationTests {

	/** Differs from the defaults in everything. */
	private static final ServiceSettings ALL = new ServiceSettings(Duration.ofSeconds(11), Duration.ofSeconds(12),
			Duration.ofSeconds(13),
			new RetrySettings(14, Duration.ofMillis(15), 1.6, Duration.ofSeconds(17), Duration.ofMillis(18),
					List.of(IOException.class), List.of(LinkageError.class)),
			new RestartSettings(Policy.ALWAYS, 21, Duration.ofHours(22), Duration.ofMillis(23), 2.4,
					Duration.ofSeconds(25), OnGiveUp.SHUTDOWN),
			new ServiceSettings.Health(Duration.ofSeconds(31), Duration.ofSeconds(32), 33, 34), Duration.ofSeconds(41),
			42, Duration.ofSeconds(43));

	private static final String[] PROPERTIES = { "prepare-timeout=11s", "start-timeout=12s", "stop-timeout=13s",
			"retry.max-retries=14", "retry.delay=15ms", "retry.multiplier=1.6", "retry.max-delay=17s",
			"retry.jitter=18ms", "retry.excludes=java.io.IOException", "retry.includes=java.lang.LinkageError",
			"restart.policy=always", "restart.max-restarts=21", "restart.window=22h", "restart.delay=23ms",
			"restart.multiplier=2.4", "restart.max-delay=25s", "restart.on-give-up=shutdown", "health.interval=31s",
			"health.timeout=32s", "health.failure-threshold=33", "health.error-buffer=34", "watchdog=41s",
			"event-buffer=42", "idle-timeout=43s" };

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class))
		.withUserConfiguration(Bound.class);

	@Test
	void nothingThatIsBoundDiffersFromDefaults() {
		assertThat(settings(properties(), Unset.class, "unset")).isEqualTo(ServiceSettings.DEFAULTS);
	}

	@Test
	void everySettingDiffersFromItsDefaultInTheseTests() {
		Map<String, Object> all = SettingsOverlay.of(ALL).values();
		Map<String, Object> defaults = SettingsOverlay.of(ServiceSettings.DEFAULTS).values();
		assertThat(all.keySet())
			.containsExactlyInAnyOrderElementsOf(Stream.of(PROPERTIES).map((each) -> each.split("=")[0]).toList());
		assertThat(all).allSatisfy((key, value) -> assertThat(value).as(key).isNotEqualTo(defaults.get(key)));
	}

	@Test
	void everySettingHasAttributeAndMethod() {
		Set<String> settings = new TreeSet<>(SettingsOverlay.of(ALL).values().keySet());
		Set<String> attributes = names(ManagedService.class, "");
		attributes
			.removeIf((name) -> Set
				.of("name", "depends-on", "after", "exclude-dependencies", "start-method", "stop-method", "provides",
						"injectable")
				.contains(name));
		assertThat(attributes).containsAll(settings)
			.hasSize(settings.size() + 3)
			.contains("required", "activation", "lease");
		Set<String> methods = names(ServiceRegistration.class, "");
		assertThat(methods).containsAll(attributes);
	}

	private static Set<String> names(Class<?> type, String prefix) {
		Set<String> names = new TreeSet<>();
		Map<String, Class<?>> groups = Map.of("retry", Retry.class, "restart", Restart.class, "health",
				HealthCheck.class);
		for (Method method : type.getDeclaredMethods()) {
			String name = prefix + DataObjectPropertyName.toDashedForm(method.getName());
			Class<?> group = groups.get(name);
			if (group == null) {
				names.add(name);
			}
			else {
				Class<?> members = type.isAnnotation() ? group : group.getDeclaredClasses()[spec(group)];
				names.addAll(names(members, name + "."));
			}
		}
		return names;
	}

	private static int spec(Class<?> group) {
		return Arrays.stream(group.getDeclaredClasses()).map(Class::getSimpleName).toList().indexOf("Spec");
	}

	@Test
	void annotationSetsEverything() {
		assertThat(settings(properties(), Annotated.class, "annotated")).isEqualTo(ALL);
	}

	@Test
	void annotationSetsEverythingThatIsTextByPlaceholders() {
		String[] properties = Stream.of(PROPERTIES).map("my."::concat).toArray(String[]::new);
		ServiceSettings settings = settings(properties, Replaced.class, "replaced");
		ServiceSettings expected = ServiceSettings.DEFAULTS
			.withTimeouts(ALL.prepareTimeout(), ALL.startTimeout(), ALL.stopTimeout())
			.withWatchdog(ALL.watchdog());
		RetrySettings retry = expected.retry();
		RestartSettings restart = expected.restart();
		assertThat(settings).isEqualTo(expected
			.withRetry(new RetrySettings(retry.maxRetries(), ALL.retry().delay(), retry.multiplier(),
					ALL.retry().maxDelay(), ALL.retry().jitter(), List.of()))
			.withRestart(new RestartSettings(restart.policy(), restart.maxRestarts(), ALL.restart().window(),
					ALL.restart().delay(), restart.multiplier(), ALL.restart().maxDelay(), restart.onGiveUp()))
			.withHealth(new ServiceSettings.Health(ALL.health().interval(), ALL.health().timeout(), 0)));
	}

	@Test
	void registrationSetsEverything() {
		assertThat(settings(properties(), Registered.class, "registered")).isEqualTo(ALL);
	}

	@Test
	void propertiesSetEverything() {
		assertThat(settings(own("unset", PROPERTIES), Unset.class, "unset")).isEqualTo(ALL);
		String[] defaults = Stream.of(PROPERTIES).map("managed-services.defaults."::concat).toArray(String[]::new);
		assertThat(settings(defaults, Unset.class, "unset")).isEqualTo(ALL);
	}

	@Test
	void propertiesOfServiceWinOverAnnotationAndRegistration() {
		String[] others = { "prepare-timeout=51s", "start-timeout=52s", "stop-timeout=53s", "retry.max-retries=54",
				"retry.delay=55ms", "retry.multiplier=5.6", "retry.max-delay=57s", "retry.jitter=58ms",
				"retry.excludes=java.lang.Error", "retry.includes=java.lang.NoSuchFieldError", "restart.policy=never",
				"restart.max-restarts=2", "restart.window=62h", "restart.delay=63ms", "restart.multiplier=6.4",
				"restart.max-delay=65s", "restart.on-give-up=degrade", "health.interval=71s", "health.timeout=72s",
				"health.failure-threshold=73", "health.error-buffer=74", "watchdog=81s", "event-buffer=82",
				"idle-timeout=83s" };
		ServiceSettings expected = settings(own("unset", others), Unset.class, "unset");
		assertThat(settings(own("annotated", others), Annotated.class, "annotated")).isEqualTo(expected);
		assertThat(settings(own("registered", others), Registered.class, "registered")).isEqualTo(expected);
		// And these over the defaults.
		String[] defaults = Stream.of(others).map("managed-services.defaults."::concat).toArray(String[]::new);
		assertThat(settings(defaults, Annotated.class, "annotated")).isEqualTo(ALL);
		assertThat(settings(defaults, Registered.class, "registered")).isEqualTo(ALL);
	}

	@Test
	void oneAttributeLeavesTheOthersToTheDefaults() {
		ServiceSettings settings = settings(properties("managed-services.defaults.restart.delay=2s",
				"managed-services.defaults.stop-timeout=3s", "managed-services.services.few.watchdog=4s"), Few.class,
				"few");
		assertThat(settings.restart()).isEqualTo(new RestartSettings(Policy.NEVER, 5, Duration.ofMinutes(10),
				Duration.ofSeconds(2), 2, Duration.ofMinutes(1), OnGiveUp.DEGRADE));
		assertThat(settings.startTimeout()).isEqualTo(Duration.ofSeconds(10));
		assertThat(settings.stopTimeout()).isEqualTo(Duration.ofSeconds(3));
		assertThat(settings.watchdog()).isEqualTo(Duration.ofSeconds(4));
	}

	@Test
	void wrongValueOfAnnotationNamesServiceAttributeAndProperty() {
		Map<String, String> problems = problems(properties(), Wrong.class);
		assertThat(problems.keySet()).containsExactlyInAnyOrder(wrong("wrong"));
		assertThat(problems.values()).containsExactlyInAnyOrder(corrected("wrong", "@ManagedService on class Wrong"));
	}

	@Test
	void wrongValueOfRegistrationNamesServiceAttributeAndProperty() {
		Map<String, String> problems = problems(properties(), WronglyRegistered.class);
		assertThat(problems.keySet()).containsExactlyInAnyOrder(wrong("wrong"));
		assertThat(problems.values()).containsExactlyInAnyOrder(corrected("wrong", "ServiceRegistration bean 'wrong'"));
	}

	@Test
	void wrongValueOfPropertyNamesServiceAndProperty() {
		Map<String, String> problems = problems(own("unset", "prepare-timeout=-1s", "start-timeout=0s",
				"stop-timeout=-2s", "retry.max-retries=-7", "retry.delay=-3s", "retry.multiplier=0.5",
				"retry.max-delay=0s", "retry.jitter=-4s", "restart.max-restarts=-8", "restart.window=0s",
				"restart.delay=-5s", "restart.multiplier=0.25", "restart.max-delay=0s", "health.interval=0s",
				"health.timeout=-6s", "health.failure-threshold=-9", "health.error-buffer=0", "watchdog=0s",
				"event-buffer=0", "idle-timeout=-1s"), Unset.class);
		assertThat(problems.keySet()).containsExactlyInAnyOrder(wrong("unset"));
		assertThat(problems).allSatisfy((description, action) -> assertThat(action)
			.isEqualTo("Correct managed-services.services.unset.%s.".formatted(setting(description))));
	}

	private static String setting(String description) {
		return description.replaceFirst(".* has an invalid ", "").replaceFirst(":.*", "");
	}

	private static String[] wrong(String service) {
		String positive = "a duration above 0 and up to 36500d";
		String notNegative = "a duration from 0 to 36500d";
		String limit = "0 or more, or -1 for no limit";
		return Stream.of("prepare-timeout: expected %s, found PT-1S".formatted(positive),
				"start-timeout: expected %s, found PT0S".formatted(positive),
				"stop-timeout: expected %s, found PT-2S".formatted(positive),
				"retry.max-retries: expected %s, found -7".formatted(limit),
				"retry.delay: expected %s, found PT-3S".formatted(notNegative),
				"retry.multiplier: expected a number of at least 1, found 0.5",
				"retry.max-delay: expected %s, found PT0S".formatted(positive),
				"retry.jitter: expected %s, found PT-4S".formatted(notNegative),
				"restart.max-restarts: expected %s, found -8".formatted(limit),
				"restart.window: expected %s, found PT0S".formatted(positive),
				"restart.delay: expected %s, found PT-5S".formatted(notNegative),
				"restart.multiplier: expected a number of at least 1, found 0.25",
				"restart.max-delay: expected %s, found PT0S".formatted(positive),
				"health.interval: expected %s, found PT0S".formatted(positive),
				"health.timeout: expected %s, found PT-6S".formatted(positive),
				"health.failure-threshold: expected 0 or more, found -9",
				"health.error-buffer: expected 1 to 10000, found 0",
				"watchdog: expected %s, found PT0S".formatted(positive), "event-buffer: expected 1 or more, found 0",
				"idle-timeout: expected a duration from 0 to 36500d, found PT-1S")
			.map((what) -> "Service '%s' has an invalid %s.".formatted(service, what))
			.toArray(String[]::new);
	}

	private static String[] corrected(String service, String source) {
		Map<String, String> attributes = new LinkedHashMap<>();
		Stream.of("prepareTimeout", "startTimeout", "stopTimeout", "watchdog", "eventBuffer", "idleTimeout")
			.forEach((name) -> attributes.put(DataObjectPropertyName.toDashedForm(name), name));
		Map<String, List<String>> groups = Map.of("Retry",
				List.of("maxRetries", "delay", "multiplier", "maxDelay", "jitter"), "Restart",
				List.of("maxRestarts", "window", "delay", "multiplier", "maxDelay"), "HealthCheck",
				List.of("interval", "timeout", "failureThreshold", "errorBuffer"));
		groups.forEach((group, names) -> names.forEach((name) -> attributes.put(
				"%s.%s".formatted(group.toLowerCase().replace("check", ""), DataObjectPropertyName.toDashedForm(name)),
				"%s of @%s".formatted(name, group))));
		return attributes.entrySet()
			.stream()
			.map((attribute) -> "Correct %s (%s), or set managed-services.services.%s.%s."
				.formatted(attribute.getValue(), source, service, attribute.getKey()))
			.toArray(String[]::new);
	}

	@Test
	void unreadableValueOfAnnotationNamesServiceAttributeAndWhatIsExpected() {
		Map<String, String> problems = problems(properties("my.timeout=later"), Unreadable.class);
		String source = "@ManagedService on class Unreadable";
		List<String> attributes = List.of("prepareTimeout", "startTimeout", "stopTimeout", "delay of @Retry",
				"maxDelay of @Retry", "jitter of @Retry", "window of @Restart", "delay of @Restart",
				"maxDelay of @Restart", "interval of @HealthCheck", "timeout of @HealthCheck", "watchdog");
		Map<String, String> expected = attributes.stream()
			.collect(Collectors.toMap((
					attribute) -> "Service 'unreadable' has an unreadable %s (%s): expected a duration such as 500ms or 10s, found '%s'."
						.formatted(attribute, source, attribute.equals("startTimeout") ? "later" : "soon"),
					(attribute) -> "Correct %s of service 'unreadable'.".formatted(attribute)));
		expected.put(
				"Service 'unreadable' has several values of policy of @Restart (%s): expected one, found [ALWAYS, NEVER]."
					.formatted(source),
				"Correct policy of @Restart of service 'unreadable'.");
		assertThat(problems).containsExactlyInAnyOrderEntriesOf(expected);
	}

	@Test
	void unresolvablePlaceholderNamesServiceAndAttribute() {
		assertThat(problems(properties(), Replaced.class).keySet())
			.anySatisfy((description) -> assertThat(description).startsWith(
					"Service 'replaced' has an unresolvable restart.window of @ManagedService: expected placeholders of properties that are set, found '${my.restart.window}'"));
	}

	@Test
	void settingsWhenSeveralKeysAreOfOneServiceAreOfSourceThatComesFirst() {
		Map<String, Object> variables = Map.of("MANAGEDSERVICES_SERVICES_MYSERVICE_STARTTIMEOUT", "99s",
				"MANAGEDSERVICES_SERVICES_MYSERVICE_RETRY_EXCLUDES_0", "java.lang.Error");
		run(this.runner.withInitializer((context) -> context.getEnvironment()
			.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", variables))),
				properties("managed-services.services[my.service].start-timeout=77s",
						"managed-services.services.my-service.stop-timeout=88s",
						"managed-services.services.my-service.prepare-timeout=89s",
						"managed-services.services[my.service].stop-timeout=78s",
						"managed-services.services[my.service].retry.excludes[0]=java.lang.RuntimeException"),
				Dotted.class, (graph) -> {
					ServiceSettings settings = graph.definition(0).settings();
					assertThat(settings.startTimeout()).hasSeconds(99);
					assertThat(settings.stopTimeout()).hasSeconds(78);
					assertThat(settings.prepareTimeout()).hasSeconds(89);
					assertThat(settings.retry().excludes()).containsExactly(Error.class);
				});
	}

	private ServiceSettings settings(String[] properties, Class<?> component, String service) {
		ServiceSettings[] found = new ServiceSettings[1];
		run(properties, component, (graph) -> found[0] = graph.definition(graph.indexOf(service)).settings());
		return found[0];
	}

	private Map<String, String> problems(String[] properties, Class<?> component) {
		InvalidServiceGraphException failure = catchThrowableOfType(InvalidServiceGraphException.class,
				() -> run(properties, component, (graph) -> {
				}));
		assertThat(failure).isNotNull();
		Map<String, String> problems = new LinkedHashMap<>();
		failure.getProblems().forEach((problem) -> problems.put(problem.description(), problem.action()));
		return problems;
	}

	private void run(String[] properties, Class<?> component, Consumer<ServiceGraph> test) {
		run(this.runner, properties, component, test);
	}

	private static void run(ApplicationContextRunner runner, String[] properties, Class<?> component,
			Consumer<ServiceGraph> test) {
		runner.withPropertyValues(properties).withUserConfiguration(component).run((context) -> {
			DiscoverySettings settings = ResolvedProperties
				.of(context.getBean(ManagedServicesProperties.class), Duration.ofSeconds(30))
				.discovery();
			test.accept(
					new ServiceDiscovery(context.getSourceApplicationContext().getBeanFactory(), settings).discover());
		});
	}

	private static String[] properties(String... properties) {
		return properties;
	}

	private static String[] own(String service, String... properties) {
		return Stream.of(properties).map(("managed-services.services." + service + ".")::concat).toArray(String[]::new);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(ManagedServicesProperties.class)
	static class Bound {

	}

	@ManagedService(name = "unset")
	static class Unset {

	}

	@ManagedService(name = "my.service")
	static class Dotted {

	}

	@ManagedService(name = "few", startTimeout = "10s", restart = @Restart(policy = Policy.NEVER))
	static class Few {

	}

	@ManagedService(name = "annotated", prepareTimeout = "11s", startTimeout = "12s", stopTimeout = "13s",
			retry = @Retry(maxRetries = 14, delay = "15ms", multiplier = 1.6, maxDelay = "17s", jitter = "18ms",
					excludes = IOException.class, includes = LinkageError.class),
			restart = @Restart(policy = Policy.ALWAYS, maxRestarts = 21, window = "22h", delay = "23ms",
					multiplier = 2.4, maxDelay = "25s", onGiveUp = OnGiveUp.SHUTDOWN),
			health = @HealthCheck(interval = "31s", timeout = "32s", failureThreshold = 33, errorBuffer = 34),
			watchdog = "41s", eventBuffer = 42, idleTimeout = "43s")
	static class Annotated {

	}

	@ManagedService(name = "replaced", prepareTimeout = "${my.prepare-timeout}", startTimeout = "${my.start-timeout}",
			stopTimeout = "${my.stop-timeout}",
			retry = @Retry(delay = "${my.retry.delay}", maxDelay = "${my.retry.max-delay}",
					jitter = "${my.retry.jitter}"),
			restart = @Restart(window = "${my.restart.window}", delay = "${my.restart.delay}",
					maxDelay = "${my.restart.max-delay}"),
			health = @HealthCheck(interval = "${my.health.interval}", timeout = "${my.health.timeout}"),
			watchdog = "${my.watchdog}")
	static class Replaced {

	}

	@ManagedService(name = "wrong", prepareTimeout = "-1s", startTimeout = "0s", stopTimeout = "-2s",
			retry = @Retry(maxRetries = -7, delay = "-3s", multiplier = 0.5, maxDelay = "0s", jitter = "-4s"),
			restart = @Restart(maxRestarts = -8, window = "0s", delay = "-5s", multiplier = 0.25, maxDelay = "0s"),
			health = @HealthCheck(interval = "0s", timeout = "-6s", failureThreshold = -9, errorBuffer = 0),
			watchdog = "0s", eventBuffer = 0, idleTimeout = "-1s")
	static class Wrong {

	}

	@ManagedService(name = "unreadable", prepareTimeout = "soon", startTimeout = "${my.timeout}", stopTimeout = "soon",
			retry = @Retry(delay = "soon", maxDelay = "soon", jitter = "soon"),
			restart = @Restart(policy = { Policy.ALWAYS, Policy.NEVER }, window = "soon", delay = "soon",
					maxDelay = "soon"),
			health = @HealthCheck(interval = "soon", timeout = "soon"), watchdog = "soon")
	static class Unreadable {

	}

	static class Registered {

		@Bean
		ServiceRegistration registered() {
			return new ServiceRegistration("registered", new Plain()).prepareTimeout(Duration.ofSeconds(11))
				.startTimeout(Duration.ofSeconds(12))
				.stopTimeout(Duration.ofSeconds(13))
				.retry((retry) -> retry.maxRetries(14)
					.delay(Duration.ofMillis(15))
					.multiplier(1.6)
					.maxDelay(Duration.ofSeconds(17))
					.jitter(Duration.ofMillis(18))
					.excludes(IOException.class))
				.retry((retry) -> retry.includes(LinkageError.class))
				.restart((restart) -> restart.policy(Policy.ALWAYS)
					.maxRestarts(21)
					.window(Duration.ofHours(22))
					.delay(Duration.ofMillis(23))
					.multiplier(2.4)
					.maxDelay(Duration.ofSeconds(25))
					.onGiveUp(OnGiveUp.SHUTDOWN))
				.health((health) -> health.interval(Duration.ofSeconds(31))
					.timeout(Duration.ofSeconds(32))
					.failureThreshold(33)
					.errorBuffer(34))
				.watchdog(Duration.ofSeconds(41))
				.eventBuffer(42)
				.idleTimeout(Duration.ofSeconds(43));
		}

	}

	static class WronglyRegistered {

		@Bean
		ServiceRegistration wrong() {
			return new ServiceRegistration("wrong", new Plain()).prepareTimeout(Duration.ofSeconds(-1))
				.startTimeout(Duration.ZERO)
				.stopTimeout(Duration.ofSeconds(-2))
				.retry((retry) -> retry.maxRetries(-7)
					.delay(Duration.ofSeconds(-3))
					.multiplier(0.5)
					.maxDelay(Duration.ZERO)
					.jitter(Duration.ofSeconds(-4)))
				.restart((restart) -> restart.maxRestarts(-8)
					.window(Duration.ZERO)
					.delay(Duration.ofSeconds(-5))
					.multiplier(0.25)
					.maxDelay(Duration.ZERO))
				.health((health) -> health.interval(Duration.ZERO)
					.timeout(Duration.ofSeconds(-6))
					.failureThreshold(-9)
					.errorBuffer(0))
				.watchdog(Duration.ZERO)
				.eventBuffer(0)
				.idleTimeout(Duration.ofSeconds(-1));
		}

	}

	static class Plain implements ServiceLifecycle {

	}

}
