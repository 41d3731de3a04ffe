// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import io.managedservices.ManagedServices;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.autoconfigure.endpoint.ManagedServicesEndpointAutoConfiguration;
import io.managedservices.autoconfigure.health.ManagedServicesHealthContributorAutoConfiguration;
import io.managedservices.autoconfigure.web.UnavailableServiceAutoConfiguration;
import io.managedservices.internal.discovery.GateFactory;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.InvalidServiceGraphException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for settings that do not exist or cannot be read.
 */
class SettingsCheckIntegrationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(LifecycleAutoConfiguration.class, ManagedServicesAutoConfiguration.class))
		.withUserConfiguration(Services.class);

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			managed-services.startup.mood=await           | managed-services.startup.mode
			managed-services.services.ok.start-timeot=1s  | managed-services.services.ok.start-timeout
			managed-services.services.ok.startTimeot=1s   | managed-services.services.ok.start-timeout
			managed-services.services.ok.max-retries=1    | managed-services.services.ok.retry.max-retries
			managed-services.services.ok.retry.stop-timeout=1s | managed-services.services.ok.stop-timeout
			managed-services.services.ok.retry.max-restarts=1  | managed-services.services.ok.restart.max-restarts
			managed-services.service.ok.required=true     | managed-services.services.ok.required
			managed-services.ok.start-timeout=1s          | managed-services.services.ok.start-timeout
			managed-services.default.start-timeout=1s     | managed-services.defaults.start-timeout
			managed-services.defaults.max-retries=1       | managed-services.defaults.retry.max-retries
			managed-services.max-retries=1                | managed-services.defaults.retry.max-retries
			managed-services.start-timeout=1s             | managed-services.defaults.start-timeout
			managed-services=false                        | managed-services.enabled
			managed-services=true                         | managed-services.enabled
			management.health.managedservices=false       | management.health.managedservices.enabled
			managed-services.enable=false                 | managed-services.enabled
			managed-services.gates.db.intervall=1s        | managed-services.gates.db.interval
			managed-services.gates.db=db                  | managed-services.gates.db.health
			managed-services.services.ok=false            | managed-services.services.ok.required
			managed-services.services.ok=disabled         | managed-services.services.ok.activation
			managed-services.startup=background           | managed-services.startup.mode
			managed-services.startup.mode.value=await     | managed-services.startup.mode
			managed-services.items.concurency=2           | managed-services.items.concurrency
			managed-services.items.ok.concurency=2        | managed-services.items.ok.concurrency
			managed-services.items.ok.max-delay=2s        | managed-services.items.ok.retry.max-delay
			managed-services.items.db-schedule.table=x    | managed-services.items.db-scheduler.table
			managed-services.items.create-table=true      | managed-services.items.db-scheduler.create-table
			managed-services.work.limit=2                 | managed-services.work.micro-tasks.limit
			managed-services.work.micro-task.limit=2      | managed-services.work.micro-tasks.limit
			managed-services.services.my.service.required=true | managed-services.services[my.service].required
			managed-services.services.a.b.c.retry.delay=1s     | managed-services.services[a.b.c].retry.delay
			managed-services.gates.my.db.health=db        | managed-services.gates[my.db].health
			management.endpoint.managedservices.acess=none     | management.endpoint.managedservices.access
			management.endpoint.managedservices.time-to-live=1s | management.endpoint.managedservices.cache.time-to-live
			management.health.managedservices.enable=false     | management.health.managedservices.enabled
			""")
	void refreshWhenKeyDoesNotExistNamesItAndTheNearestOne(String property, String meant) {
		String key = property.substring(0, property.indexOf('='));
		this.runner.withPropertyValues(property)
			.run((context) -> assertThat(problems(context.getStartupFailure())).singleElement().satisfies((problem) -> {
				assertThat(problem.description()).startsWith(key).contains("property source");
				assertThat(problem.action()).startsWith("Correct or remove " + key).contains("'" + meant + "'");
			}));
	}

	@Test
	void refreshWhenNoKeyIsNearTellsThoseThatThereAre() {
		this.runner.withPropertyValues("managed-services.shutdown.phase=3")
			.run((context) -> assertThat(problems(context.getStartupFailure())).singleElement()
				.satisfies((problem) -> assertThat(problem.description())
					.contains("below managed-services.shutdown there are timeout")));
	}

	@Test
	void refreshWhenKeyStandsInFileTellsLine(@TempDir Path directory) throws IOException {
		Path file = directory.resolve("application.yml");
		Files.writeString(file, """
				managed-services:
				  services:
				    ok:
				      max-retries: 3
				  gates:
				    db: db
				  startup:
				    timeout: soon
				""");
		assertThatException()
			.isThrownBy(
					() -> new SpringApplicationBuilder(Services.class, Application.class).web(WebApplicationType.NONE)
						.properties("spring.config.location=" + file.toUri())
						.run())
			.satisfies((ex) -> assertThat(problems(ex)).extracting(GraphProblem::description)
				.satisfiesExactlyInAnyOrder(
						(text) -> assertThat(text).contains("ok.max-retries", "application.yml", "4:20"),
						(text) -> assertThat(text).contains("gates.db", "'db'", "application.yml", "6:9"),
						(text) -> assertThat(text).contains("startup.timeout", "'soon'", "a duration such as",
								"8:14")));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			ok*  | managed-services.services.ok.start-timeout
			größe | managed-services.services.gre.start-timeout
			'*'  | managed-services.services.
			""")
	void refreshWhenCharactersOfKeyAreDroppedAsksForBrackets(String name, String read, @TempDir Path directory)
			throws IOException {
		Path file = directory.resolve("application.yml");
		Files.writeString(file, "managed-services: {services: {\"%s\": {start-timeout: 77s}}}".formatted(name));
		assertThatException()
			.isThrownBy(
					() -> new SpringApplicationBuilder(Services.class, Application.class).web(WebApplicationType.NONE)
						.properties("spring.config.location=" + file.toUri())
						.run())
			.satisfies((ex) -> assertThat(problems(ex)).singleElement().satisfies((problem) -> {
				assertThat(problem.description()).startsWith("managed-services.services." + name + ".start-timeout (")
					.contains("application.yml", " is read as " + read);
				assertThat(problem.action())
					.startsWith("Write managed-services.services[" + name + "].start-timeout. ");
			}));
	}

	@Test
	void refreshWhenNameWithAnyCharacterStandsInBracketsTakesIt() {
		this.runner
			.withPropertyValues("managed-services.services[ok*].start-timeout=77s",
					"managed-services.services[o.k/*].stop-timeout=77s",
					"managed-services.services[o[k]*].stop-timeout=77s", "managed-services.services.o_k.required=true",
					"managed-services.defaults.retry.excludes[0]=java.lang.Error")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@CsvSource({ "MANAGEDSERVICES_STARTUP_MOOD, MANAGEDSERVICES_STARTUP_MODE",
			"MANAGED_SERVICES_STARTUP_MOOD, MANAGEDSERVICES_STARTUP_MODE",
			"MANAGEDSERVICES_SERVICES_OK_START_TIMEOUT, MANAGEDSERVICES_SERVICES_OK_STARTTIMEOUT",
			"MANAGED_SERVICES_SERVICES_OK_START_TIMEOUT, MANAGEDSERVICES_SERVICES_OK_STARTTIMEOUT",
			"MANAGEDSERVICES_SERVICES_MY_SERVICE_REQUIRED, MANAGEDSERVICES_SERVICES_MYSERVICE_REQUIRED",
			"MANAGEDSERVICES_SERVICES_OK_MAXRETRIES, MANAGEDSERVICES_SERVICES_OK_RETRY_MAXRETRIES" })
	void refreshWhenEnvironmentVariableDoesNotExistNamesTheNearestOne(String variable, String meant) {
		this.runner.withInitializer((context) -> setVariables(context, Map.of(variable, "x")))
			.run((context) -> assertThat(problems(context.getStartupFailure())).singleElement().satisfies((problem) -> {
				assertThat(problem.description()).startsWith("The environment variable " + variable);
				assertThat(problem.action()).contains("'" + meant + "'");
			}));
	}

	@ParameterizedTest
	@ValueSource(strings = { "MANAGEDSERVICES", "MANAGED_SERVICES" })
	void refreshWhenEnvironmentVariableIsRootNamesSettingBelowIt(String variable) {
		this.runner.withInitializer((context) -> setVariables(context, Map.of(variable, "false")))
			.run((context) -> assertThat(problems(context.getStartupFailure())).singleElement().satisfies((problem) -> {
				assertThat(problem.description())
					.startsWith("The environment variable " + variable + " is 'false': expected a setting below it");
				assertThat(problem.action()).contains("Did you mean 'MANAGEDSERVICES_ENABLED'?");
			}));
	}

	@Test
	void refreshWhenRootIsSetToWhatNoSettingTakesNamesSettings() {
		this.runner.withPropertyValues("managed-services=background")
			.run((context) -> assertThat(problems(context.getStartupFailure())).singleElement()
				.satisfies((problem) -> assertThat(problem.description()).startsWith("managed-services (")
					.contains("is 'background': expected a setting below it, there are enabled, startup")));
	}

	@Test
	void refreshWhenEnvironmentVariableIsWrittenWithDotsChecksIt() {
		this.runner
			.withInitializer((context) -> setVariables(context,
					Map.of("managed-services.startup.mood", "await", "managed-services.startup.timeout", "10s")))
			.run((context) -> assertThat(problems(context.getStartupFailure())).singleElement().satisfies((problem) -> {
				assertThat(problem.description()).startsWith("managed-services.startup.mood (")
					.contains("does not exist");
				assertThat(problem.action()).contains("'managed-services.startup.mode'");
			}));
	}

	@ParameterizedTest
	@ValueSource(strings = { "9223372036854775807s", "2562047788015215h" })
	void refreshWhenRenewalOfLeaseCannotBeCountedWithNamesItsKey(String renew) {
		this.runner
			.withPropertyValues("managed-services.lease.renew=" + renew,
					"managed-services.leases.leader.renew=" + renew)
			.run((context) -> assertThat(problems(context.getStartupFailure())).extracting(GraphProblem::description)
				.satisfiesExactly(
						(text) -> assertThat(text)
							.startsWith("managed-services.lease.renew is invalid: expected a duration above 0"),
						(text) -> assertThat(text)
							.startsWith("managed-services.leases.leader.renew is invalid: expected a duration")));
	}

	@Test
	void refreshWhenEnvironmentVariablesExistTakesThem() {
		this.runner.withPropertyValues("managed-services.services.ok.required=true")
			.withInitializer((context) -> setVariables(context,
					Map.of("MANAGEDSERVICES_STARTUP_ONFAILURE", "continue", "MANAGED_SERVICES_STARTUP_TIMEOUT", "10s",
							"MANAGED_SERVICES_SERVICES_OK_START_TIMEOUT", "10s",
							"MANAGEDSERVICES_DEFAULTS_RETRY_EXCLUDES_0", "java.lang.Error",
							"MANAGED_SERVICES_SHUTDOWN_TIMEOUT", "10s")))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "MANAGED_SERVICES", "MANAGED_SERVICES_API", "MANAGEDSERVICES", "MANAGED_SERVICES_SERVICES" })
	void refreshWhenKubernetesHasServiceWhoseNameBeginsAsOursTakesNoNotice(String service) {
		this.runner
			.withInitializer((context) -> setVariables(context,
					Map.of(service + "_SERVICE_HOST", "10.0.0.1", service + "_SERVICE_PORT", "80",
							service + "_SERVICE_PORT_HTTP", "80", service + "_PORT", "tcp://10.0.0.1:80",
							service + "_PORT_80_TCP", "tcp://10.0.0.1:80", service + "_PORT_80_TCP_PROTO", "tcp",
							service + "_PORT_53_UDP_PORT", "53", service + "_PORT_80_SCTP_ADDR", "10.0.0.1")))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	private static void setVariables(ConfigurableApplicationContext context, Map<String, Object> variables) {
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", variables));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			managed-services.services.ok.start-timeout=soon         | a duration such as
			managed-services.startup.mode=wait                      | one of await, background
			managed-services.services.ok.activation=maybe           | one of enabled, on-demand, disabled
			managed-services.services.ok.required=maybe             | true or false
			managed-services.enabled=maybe                          | true or false
			managed-services.enabled=                               | true or false
			managed-services.enabled=2                              | true or false
			managed-services.defaults.retry.max-retries=many        | a whole number
			managed-services.defaults.retry.max-retries=            | a whole number
			managed-services.defaults.retry.max-retries=99999999999 | a whole number
			managed-services.startup.timeout=                       | a duration
			managed-services.defaults.retry.multiplier=two          | a number
			managed-services.services.ok.retry.excludes=Nope        | the name of a class of exceptions
			managed-services.services.ok.retry.excludes=java.lang.String      | the name of a class of exceptions
			managed-services.services.ok.retry.excludes=java.lang.Exception,  | the name of a class of exceptions
			managed-services.defaults.retry.excludes=,              | the name of a class of exceptions
			managed-services.items.db-scheduler.depends-on=a,       | text
			managed-services.items.engine=quartz                    | one of embedded, db-scheduler
			managed-services.startup.timeout=${nowhere}             | a duration
			""")
	void refreshWhenValueCannotBeReadNamesWhatIsExpected(String property, String expected) {
		int equals = property.indexOf('=');
		this.runner.withPropertyValues(property)
			.run((context) -> assertThat(problems(context.getStartupFailure())).singleElement().satisfies((problem) -> {
				assertThat(problem.description()).startsWith(property.substring(0, equals))
					.contains("expected " + expected);
				String value = property.substring(equals + 1);
				assertThat(problem.description()).contains(value.startsWith("$") ? "nowhere" : "'" + value + "'");
			}));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			management.health.managedservices.enabled=maybe         | true or false
			management.endpoint.managedservices.enabled=maybe       | true or false
			management.endpoint.managedservices.access=maybe        | one of none, read-only, unrestricted
			management.endpoint.managedservices.show-values=maybe   | one of never, when-authorized, always
			management.endpoint.managedservices.cache.time-to-live=maybe | a duration
			managed-services.web.problemdetails.enabled=maybe       | true or false
			""")
	void refreshWhenConditionCannotReadItNamesWhatIsExpected(String property, String expected) {
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(LifecycleAutoConfiguration.class,
					ManagedServicesAutoConfiguration.class, ManagedServicesHealthContributorAutoConfiguration.class,
					ManagedServicesEndpointAutoConfiguration.class, UnavailableServiceAutoConfiguration.class))
			.withUserConfiguration(Services.class)
			.withPropertyValues(property, "management.endpoints.web.exposure.include=*")
			.run((context) -> assertThat(problems(context.getStartupFailure())).singleElement()
				.satisfies((problem) -> assertThat(problem.description())
					.startsWith(property.substring(0, property.indexOf('=')))
					.contains("expected " + expected, "found 'maybe'")));
	}

	@Test
	void refreshWhenTimeCannotBeCountedWithNamesItsKey() {
		this.runner.withPropertyValues("managed-services.shutdown.timeout=9223372036854775807s")
			.run((context) -> assertThat(problems(context.getStartupFailure())).singleElement()
				.satisfies((problem) -> assertThat(problem.description())
					.startsWith("managed-services.shutdown.timeout is invalid: expected a duration above 0")));
	}

	@Test
	void refreshWhenIntervalOfGateIsTooShortNamesItsKey() {
		this.runner.withBean(GateFactory.class, () -> (name, settings, problems) -> new ServiceLifecycle() {
		})
			.withPropertyValues("managed-services.gates.db.health=db", "managed-services.gates.db.interval=1us")
			.run((context) -> assertThat(problems(context.getStartupFailure())).singleElement()
				.satisfies((problem) -> assertThat(problem.description()).isEqualTo(
						"managed-services.gates.db.interval is invalid: expected 1ms or more, found PT0.000001S.")));
	}

	@Test
	void refreshWhenServiceDoesNotExistTellsWhereItIsConfigured() {
		this.runner.withPropertyValues("managed-services.services.okk.retry.delay=1s")
			.run((context) -> assertThat(problems(context.getStartupFailure())).singleElement().satisfies((problem) -> {
				assertThat(problem.description()).isEqualTo(
						"managed-services.services.okk (\"managed-services.services.okk.retry.delay\" from property source \"test\") configures service 'okk', and there is no service of that name.");
				assertThat(problem.action())
					.isEqualTo("Correct or remove managed-services.services.okk. Did you mean 'ok'?");
			}));
	}

	@ParameterizedTest
	@ValueSource(strings = { "yes", "on", "1", "TRUE", "true" })
	void refreshWhenEnabledIsTrueInAnotherWayManagesServices(String value) {
		this.runner.withPropertyValues("managed-services.enabled=" + value)
			.run((context) -> assertThat(context.getBean(ManagedServices.class).snapshots()).isNotEmpty());
	}

	@ParameterizedTest
	@ValueSource(strings = { "no", "off", "0", "FALSE", "false" })
	void refreshWhenEnabledIsFalseInAnotherWayManagesNothing(String value) {
		this.runner.withPropertyValues("managed-services.enabled=" + value)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ManagedServicesProperties.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "managed-services=", "managed-services.services=", "managed-services.services.ok=",
			"managed-services.startup=", "managed-services.gates=", "managed-services.items=",
			"managed-services.defaults.watchdog=", "managed-services.defaults.retry.excludes=",
			"managed-services.items.db-scheduler.depends-on=" })
	void refreshWhenNothingStandsBelowKeyTakesIt(String property) {
		this.runner.withPropertyValues(property).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void refreshWhenSeveralAreWrongReportsAll() {
		this.runner
			.withPropertyValues("managed-services.startup.mood=await", "managed-services.startup.timeout=soon",
					"managed-services.gates.db=db")
			.run((context) -> assertThat(problems(context.getStartupFailure())).hasSize(3));
	}

	@Test
	void refreshWhenServicesAreOffTakesNoNotice() {
		this.runner.withPropertyValues("managed-services.enabled=false", "managed-services.startup.mood=await")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	private static List<GraphProblem> problems(Throwable failure) {
		Throwable current = failure;
		while (current != null && !(current instanceof InvalidServiceGraphException)) {
			current = current.getCause();
		}
		assertThat(current).as(String.valueOf(failure)).isInstanceOf(InvalidServiceGraphException.class);
		return ((InvalidServiceGraphException) current).getProblems();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ LifecycleAutoConfiguration.class, ManagedServicesAutoConfiguration.class })
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	static class Services {

		@Bean
		ServiceRegistration ok() {
			return new ServiceRegistration("ok", new ServiceLifecycle() {
			});
		}

	}

}
