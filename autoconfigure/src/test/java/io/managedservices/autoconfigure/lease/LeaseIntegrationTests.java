// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.lease;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider.Configuration.Builder;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServedServices;
import io.managedservices.ServedServices.Answer;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.internal.item.jdbc.TestPostgres;
import io.managedservices.lease.LeaseSnapshot;
import io.managedservices.metrics.ManagedServicesMetrics;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Integration tests for services that run by leases: where these are kept, and several
 * instances on one PostgreSQL.
 */
@ExtendWith(OutputCaptureExtension.class)
class LeaseIntegrationTests {

	private static final String MEMORY = "managed-services.lease.store=memory";

	private static final String[] LINES = { "    @Bean", "    LockProvider lockProvider(JdbcTemplate jdbcTemplate) {",
			"        return new JdbcTemplateLockProvider(JdbcTemplateLockProvider.Configuration.builder()",
			"            .withJdbcTemplate(jdbcTemplate).usingDbTime()",
			"            .withLockedByValue(ProcessHandle.current().pid() + \"@\" + UUID.randomUUID()).build());",
			"    }" };

	private static DataSource dataSource;

	@BeforeEach
	void createTable() {
		dataSource = TestPostgres.database();
		new JdbcTemplate(dataSource).execute(
				"create table shedlock (name varchar(64) not null, lock_until timestamp not null, locked_at timestamp not null, locked_by varchar(255) not null, primary key (name))");
	}

	@Test
	void leasesInMemoryAreHeldAtOnceAndSayWhatTheyAreFor(CapturedOutput output) {
		try (ConfigurableApplicationContext context = run(Polls.class, MEMORY)) {
			ManagedServices services = context.getBean(ManagedServices.class);
			assertThat(services.snapshot("polls").state()).isEqualTo(ServiceState.RUNNING);
			assertThat(services.leases()).extracting(LeaseSnapshot::name).containsExactly("polls");
			assertThat(services.leases()).allMatch(LeaseSnapshot::held);
		}
		assertThat(output).containsOnlyOnce(
				"Leases are kept in memory, and each instance takes itself for the only one: managed-services.lease.store is 'memory', which is meant for development and tests");
	}

	@Test
	void runWhenNoServiceHasALeaseNeedsNothingThatKeepsAny(CapturedOutput output) {
		try (ConfigurableApplicationContext context = run(Registered.class, MEMORY)) {
			assertThat(context.getBean(ManagedServices.class).leases()).isEmpty();
		}
		assertThat(output).doesNotContain("Leases are kept in memory");
	}

	@Test
	void leaseOfAServiceIsSetByItsPropertyAndItsRegistration() {
		try (ConfigurableApplicationContext context = run(Registered.class, MEMORY,
				"managed-services.services.plain.lease=mine", "managed-services.services.leased.lease=theirs")) {
			assertThat(context.getBean(ManagedServices.class).leases()).extracting(LeaseSnapshot::name)
				.containsExactlyInAnyOrder("mine", "theirs");
		}
		try (ConfigurableApplicationContext context = run(Leased.class, MEMORY)) {
			assertThat(context.getBean(ManagedServices.class).leases()).singleElement()
				.satisfies((lease) -> assertThat(lease.services()).containsExactly("leased"));
		}
	}

	@Test
	void runWhenNothingKeepsLeasesShowsWhatToDeclare(CapturedOutput output) {
		assertThat(analysis(output, Polls.class)).containsExactly(expected("Description:", "",
				"Service 'polls' runs by lease 'polls', and nothing keeps leases: expected a bean of type 'net.javacrumbs.shedlock.core.LockProvider', found none.",
				"", "Action:", "",
				"Add net.javacrumbs.shedlock:shedlock-provider-jdbc-template to the application, create its table, and declare:",
				"", LINES, "",
				"For development and tests set managed-services.lease.store=memory instead. See docs/many-machines.md."));
	}

	@Test
	void runWhenLockProviderGoesByTheClockOfTheApplicationIsRefused(CapturedOutput output) {
		assertThat(analysis(output, ApplicationTime.class)).containsExactly(expected("Description:", "",
				"The LockProvider of type 'net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider' goes by the clock of the application: two instances would hold a lease if their clocks differ. Expected one that goes by the clock of its store.",
				"", "Action:", "", "Declare it as:", "", LINES));
	}

	@Test
	void runWhenLockProviderNamesTheHostIsRefused(CapturedOutput output) {
		assertThat(analysis(output, HostName.class))
			.anyMatch((line) -> line
				.contains("as the holder of its locks: two processes on one host would take a lease from each other"))
			.containsSequence(LINES);
	}

	@Test
	void runWhenTimesOfLeasesAreWrongReportsAll(CapturedOutput output) {
		assertThat(analysis(output, Polls.class, MEMORY, "managed-services.lease.renew=15s",
				"managed-services.lease.poll=1ms", "managed-services.leases.polls.duration=0s"))
			.containsExactly("Description:", "", "The services of the application have 3 problems:", "",
					"1. managed-services.lease.renew is invalid: expected a duration above 0 and less than half of managed-services.lease.duration, which is PT30S, found PT15S.",
					"2. managed-services.leases.polls.duration is invalid: expected a duration of PT1S or more, and up to 36500d, found PT0S.",
					"3. managed-services.lease.poll is invalid: expected a duration of PT0.01S or more, and up to 36500d, found PT0.001S.",
					"", "Action:", "", "Each by its number:", "",
					"1. Lower managed-services.lease.renew, or remove it: a third of the duration is the default.",
					"2. Correct managed-services.leases.polls.duration.", "3. Correct managed-services.lease.poll.");
	}

	@Test
	void leaseThatIsConfiguredAndNotUsedIsLogged(CapturedOutput output) {
		run(Polls.class, MEMORY, "managed-services.leases.pols.duration=10s",
				"managed-services.leases.polls.duration=10s")
			.close();
		assertThat(output.getOut().lines().filter((line) -> line.contains("managed-services.leases."))).singleElement()
			.asString()
			.contains("WARN",
					"managed-services.leases.pols configures lease 'pols', and no service runs by a lease of that name: it has no effect, unless a task has it or such a service is registered later. Did you mean 'polls'?");
	}

	@Test
	void leasesAreMeasuredWhereServicesRunByThem() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		try (ConfigurableApplicationContext context = run(Polls.class, MEMORY)) {
			ManagedServices services = context.getBean(ManagedServices.class);
			new ManagedServicesMetrics(() -> services, Runnable::run).bindTo(registry);
			assertThat(registry.get("managed.services.lease.held").tag("lease", "polls").gauge().value()).isOne();
			assertThat(registry.get("managed.services.lease.acquired").functionCounter().count()).isOne();
			assertThat(registry.get("managed.services.lease.lost").functionCounter().count()).isZero();
			assertThat(registry.get("managed.services.lease.renewal.last").timeGauge().value()).isNaN();
			services.register(new ServiceRegistration("more", new ServiceLifecycle() {
			}).lease("polls"), new ServiceRegistration("other", new ServiceLifecycle() {
			}).lease("others")).join();
			Awaitility.await().until(() -> leaseMeters(registry) == 14);
			services.unregister("polls", "other").join();
			Awaitility.await().until(() -> leaseMeters(registry) == 7);
			assertThat(registry.get("managed.services.lease.held").gauge().getId().getTag("lease")).isEqualTo("polls");
			services.unregister("more").join();
			Awaitility.await().until(() -> leaseMeters(registry) == 0);
		}
	}

	@Test
	void leaseIsWantedUnlessItsServicesAreStoppedOrIdle() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		try (ConfigurableApplicationContext context = run(Polls.class, MEMORY)) {
			ManagedServices services = context.getBean(ManagedServices.class);
			new ManagedServicesMetrics(() -> services, Runnable::run).bindTo(registry);
			services.register(new ServiceRegistration("idle", new ServiceLifecycle() {
			}).lease("idle").activation(Activation.ON_DEMAND),
					new ServiceRegistration("held off", new ServiceLifecycle() {
					}).lease("held off"))
				.join();
			services.holdOff(Duration.ofHours(1), "held off");
			services.perform(ServiceAction.RELEASE, "held off").join();
			Awaitility.await().until(() -> leaseMeters(registry) == 21);
			assertThat(leaseMeter(registry, "wanted", "polls")).isOne();
			assertThat(leaseMeter(registry, "wanted", "idle")).isZero();
			Awaitility.await().until(() -> leaseMeter(registry, "held", "held off") == 0);
			assertThat(leaseMeter(registry, "wanted", "held off")).isOne();
			services.perform(ServiceAction.STOP, "polls").join();
			assertThat(leaseMeter(registry, "wanted", "polls")).isZero();
		}
	}

	private static double leaseMeter(SimpleMeterRegistry registry, String what, String lease) {
		return registry.get("managed.services.lease." + what).tag("lease", lease).gauge().value();
	}

	private static long leaseMeters(SimpleMeterRegistry registry) {
		return registry.getMeters()
			.stream()
			.filter((meter) -> meter.getId().getName().startsWith("managed.services.lease."))
			.count();
	}

	@Test
	void oneOfTwoInstancesRunsTheServiceAndTheOtherFollowsWhenItCloses() {
		try (ServedServices second = serveSecond()) {
			awaitState(second, ServiceState.RUNNING);
			assertThat(health(second)).isEqualTo("UP");
			assertThat(second.context().getBean(ManagedServices.class).leases()).singleElement()
				.satisfies((lease) -> assertThat(lease.counts().acquired()).isOne());
		}
		// It was given back, not left to end.
		assertThat(new JdbcTemplate(dataSource)
			.queryForList("select name from shedlock where lock_until > timezone('utc', clock_timestamp())")).isEmpty();
	}

	// It was on standby while the first one ran.
	private static ServedServices serveSecond() {
		try (ServedServices first = serve()) {
			awaitState(first, ServiceState.RUNNING);
			ServedServices second = serve();
			assertStandby(second);
			return second;
		}
	}

	private static void assertStandby(ServedServices instance) {
		awaitState(instance, ServiceState.STANDBY);
		Awaitility.await()
			.untilAsserted(() -> assertThat(instance.get("/actuator/managedservices/polls").<String>json("$.status"))
				.startsWith("lease 'polls' is held by "));
		assertThat(health(instance)).isEqualTo("UNKNOWN");
		assertThat(instance.get("/actuator/health/readiness").statusLine()).isEqualTo("200 UP");
		assertThat(instance.context().getBean(ManagedServices.class).isReady()).isTrue();
	}

	@Test
	void releaseMovesTheServiceToTheOtherInstance() {
		try (ServedServices first = serve()) {
			awaitState(first, ServiceState.RUNNING);
			try (ServedServices second = serve()) {
				awaitState(second, ServiceState.STANDBY);
				Answer answer = first.post("/actuator/managedservices/polls", "{\"action\": \"release\"}");
				assertThat(answer.code()).isEqualTo(202);
				awaitState(second, ServiceState.RUNNING);
				awaitState(first, ServiceState.STANDBY);
				assertThat(second.post("/actuator/managedservices/polls", "{\"action\": \"release\"}").code())
					.isEqualTo(202);
				awaitState(second, ServiceState.STANDBY);
			}
		}
	}

	@Test
	void operatorHoldsAnInstanceOffAndSeesTheLease() {
		try (ServedServices instance = ServedServices.run(Memory.class, WebApplicationType.SERVLET, MEMORY,
				"managed-services.lease.poll=50ms", "management.endpoint.managedservices.access=unrestricted")) {
			awaitState(instance, ServiceState.RUNNING);
			Answer all = instance.get("/actuator/managedservices");
			assertThat(all.<Boolean>json("$.leases.polls.held")).isTrue();
			assertThat(all.<List<String>>json("$.leases.polls.services")).containsExactly("polls");
			assertThat(all.<Integer>json("$.leases.polls.acquired")).isOne();
			assertThat(all.<String>json("$.services.polls.lease")).isEqualTo("polls");
			assertThat(all.<Map<String, ?>>json("$.services.plain")).doesNotContainKey("lease");
			assertThat(all.<Map<String, ?>>json("$.leases.polls")).containsKey("holderSince")
				.doesNotContainKeys("holder", "heldOffUntil");
			String revision = instance.get("/actuator/managedservices?view=summary").json("$.revision");
			assertThat(post(instance, "polls", "{\"action\": \"hold-off\", \"for\": \"1m\"}").code()).isEqualTo(202);
			Answer changed = instance.get("/actuator/managedservices?since=" + revision);
			assertThat(changed.<String>json("$.since")).isEqualTo(revision);
			assertThat(changed.<Map<String, ?>>json("$.leases.polls")).containsKeys("holderSince", "heldOffUntil");
			assertThat(post(instance, "polls", "{\"action\": \"release\"}").code()).isEqualTo(202);
			Answer heldOff = post(instance, "polls", "{\"action\": \"hold-off\", \"for\": \"10m\"}");
			assertThat(heldOff.code()).isEqualTo(202);
			assertThat(heldOff.<String>json("$.status")).isEqualTo("SUCCEEDED");
			awaitState(instance, ServiceState.STANDBY);
			all = instance.get("/actuator/managedservices");
			assertThat(all.<Boolean>json("$.leases.polls.held")).isFalse();
			assertThat(Instant.parse(all.json("$.leases.polls.heldOffUntil")))
				.isBetween(Instant.parse(all.<String>json("$.time")).plusSeconds(1), Instant.now().plusSeconds(600));
			assertThat(post(instance, "polls", "{\"action\": \"release\"}").<String>json("$.error"))
				.isEqualTo("Service 'polls' does not run here: lease 'polls' is not held by this instance.");
			assertThat(post(instance, "polls", "{\"action\": \"hold-off\", \"for\": \"0s\"}").code()).isEqualTo(202);
			awaitState(instance, ServiceState.RUNNING);
		}
	}

	@Test
	void holdOffWhenNotPossibleSaysWhy() {
		try (ServedServices instance = ServedServices.run(Memory.class, WebApplicationType.REACTIVE, MEMORY,
				"management.endpoint.managedservices.access=unrestricted")) {
			assertError(instance, "plain", "\"for\": \"10m\"", 409,
					"Service 'plain' runs without a lease: there is nothing to hold off.");
			assertError(instance, "nobody", "\"for\": \"10m\"", 404, "There is no service 'nobody'.");
			assertError(instance, "polls", "\"for\": null", 400,
					"Field 'for' is null: expected a duration such as 10m");
			assertError(instance, "polls", "\"for\": \"10\"", 400,
					"for '10' is invalid: expected a duration such as 30s, 10m or 2h, from 0s to 36500d");
			assertError(instance, "polls", "\"time\": \"10m\"", 400, "Field 'time' does not exist: expected action");
			assertError(instance, "polls", "\"dryRun\": false", 400,
					"The time is missing: expected for how long in the field for, such as 10m, or 0s for no longer");
			assertThat(post(instance, "plain", "{\"action\": \"release\"}").<String>json("$.error"))
				.isEqualTo("Service 'plain' runs without a lease: there is nothing to release. Stop it.");
		}
	}

	private static void assertError(ServedServices instance, String service, String field, int code, String error) {
		Answer answer = post(instance, service, "{\"action\": \"hold-off\", %s}".formatted(field));
		assertThat(answer.code()).isEqualTo(code);
		assertThat(answer.<String>json("$.error")).startsWith(error);
	}

	private static Answer post(ServedServices instance, String service, String json) {
		return instance.post("/actuator/managedservices/" + service, json);
	}

	private static void awaitState(ServedServices instance, ServiceState state) {
		ManagedServices services = instance.context().getBean(ManagedServices.class);
		Awaitility.await().untilAsserted(() -> assertThat(services.snapshot("polls").state()).isEqualTo(state));
	}

	private static String health(ServedServices instance) {
		return instance.get("/actuator/health").json("$.components.managedServices.components.polls.status");
	}

	private static ServedServices serve() {
		return ServedServices.run(Instance.class, WebApplicationType.SERVLET, "managed-services.lease.poll=50ms",
				"management.endpoint.health.show-details=always",
				"management.endpoint.managedservices.show-values=always",
				"management.endpoint.managedservices.access=unrestricted");
	}

	private static ConfigurableApplicationContext run(Class<?> source, String... properties) {
		return new SpringApplicationBuilder(Application.class, source).web(WebApplicationType.NONE)
			.properties("spring.main.keep-alive=false")
			.properties(properties)
			.run();
	}

	private static List<String> analysis(CapturedOutput output, Class<?> source, String... properties) {
		assertThatException().isThrownBy(() -> run(source, properties));
		String marker = "APPLICATION FAILED TO START\n***************************\n\n";
		String text = output.getOut();
		assertThat(text).containsOnlyOnce(marker);
		return text.substring(text.indexOf(marker) + marker.length()).strip().lines().toList();
	}

	private static String[] expected(Object... parts) {
		return Arrays.stream(parts)
			.flatMap((part) -> (part instanceof String[] lines) ? Stream.of(lines) : Stream.of((String) part))
			.toArray(String[]::new);
	}

	private static LockProvider provider(JdbcTemplate jdbc, boolean databaseTime, @Nullable String by) {
		Builder builder = JdbcTemplateLockProvider.Configuration.builder().withJdbcTemplate(jdbc);
		if (databaseTime) {
			builder.usingDbTime();
		}
		if (by != null) {
			builder.withLockedByValue(by);
		}
		return new JdbcTemplateLockProvider(builder.build());
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ LifecycleAutoConfiguration.class, ManagedServicesAutoConfiguration.class,
			ManagedServicesLeasesAutoConfiguration.class })
	static class Application {

	}

	@ManagedService(name = "polls", lease = "polls")
	static class Polls implements ServiceLifecycle {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Polls.class)
	static class Instance {

		@Bean
		DataSource dataSource() {
			return dataSource;
		}

		@Bean
		LockProvider lockProvider(DataSource dataSource) {
			return provider(new JdbcTemplate(dataSource), true,
					ProcessHandle.current().pid() + "@" + UUID.randomUUID());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Polls.class)
	static class Memory {

		@Bean
		ServiceRegistration plain() {
			return new ServiceRegistration("plain", new ServiceLifecycle() {
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Polls.class)
	static class ApplicationTime {

		@Bean
		DataSource dataSource() {
			return dataSource;
		}

		@Bean
		LockProvider lockProvider(DataSource dataSource) {
			return provider(new JdbcTemplate(dataSource), false, "one");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Polls.class)
	static class HostName {

		@Bean
		DataSource dataSource() {
			return dataSource;
		}

		@Bean
		LockProvider lockProvider(DataSource dataSource) {
			return provider(new JdbcTemplate(dataSource), true, null);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Registered {

		@Bean
		ServiceRegistration plain() {
			return new ServiceRegistration("plain", new ServiceLifecycle() {
			});
		}

		@Bean
		ServiceRegistration leased() {
			return new ServiceRegistration("leased", new ServiceLifecycle() {
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Leased {

		@Bean
		ServiceRegistration leased() {
			return new ServiceRegistration("leased", new ServiceLifecycle() {
			}).lease("registered");
		}

	}

}
