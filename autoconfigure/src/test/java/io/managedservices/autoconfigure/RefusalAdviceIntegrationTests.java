// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.Provided;
import io.managedservices.Retry;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.autoconfigure.item.ManagedServicesItemsAutoConfiguration;
import io.managedservices.event.EventPolicy;
import io.managedservices.event.OnServiceEvent;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.InvalidServiceGraphException;
import io.managedservices.internal.lifecycle.DeferredManagedServices;
import io.managedservices.internal.lifecycle.ManagedServicesLifecycleProcessor;
import io.managedservices.state.ServiceState;
import io.managedservices.work.Task;
import io.managedservices.work.Worker;
import io.managedservices.work.WorkerContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what an application is advised to do whose services are refused: done, the
 * application starts.
 */
class RefusalAdviceIntegrationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LifecycleAutoConfiguration.class,
				ManagedServicesAutoConfiguration.class, ManagedServicesItemsAutoConfiguration.class))
		.withUserConfiguration(Database.class);

	static Stream<Row> properties() {
		String service = "managed-services.services.database.";
		return Stream.of(
				// Keys
				row("managed-services.startup.mood=await", "managed-services.startup.mode'",
						"managed-services.startup.mode=await"),
				row("managed-services.services.databse.required=false", "Did you mean 'database'?",
						service + "required=false"),
				row("managed-services.services.my.service.required=false",
						"'managed-services.services[my.service].required'",
						"managed-services.services[my.service].required=false"),
				row("managed-services.gates.db.health=db", "or remove managed-services.gates", ""),
				// Values
				row("managed-services.defaults.start-timeout=0", "Correct managed-services.defaults.start-timeout.",
						"managed-services.defaults.start-timeout=1s"),
				row(service + "start-timeout=0", "Correct " + service + "start-timeout.", service + "start-timeout=1s"),
				row(service + "restart.multiplier=0", "Correct " + service + "restart.multiplier.",
						service + "restart.multiplier=1"),
				row(service + "health.interval=-1s", "Correct " + service + "health.interval.",
						service + "health.interval=1s"),
				row(service + "watchdog=0", "Correct " + service + "watchdog.", service + "watchdog=1h"),
				row(service + "restart.window=1s",
						"Correct " + service
								+ "restart.max-restarts or managed-services.defaults.restart.max-restarts, or ",
						service + "restart.window=1s", service + "restart.max-restarts=0"),
				row(service + "retry.max-delay=1ms",
						"Correct " + service + "retry.delay or managed-services.defaults.retry.delay, or ",
						service + "retry.max-delay=1ms", "managed-services.defaults.retry.delay=1ms"),
				row("managed-services.startup.timeout=0", "Correct managed-services.startup.timeout.",
						"managed-services.startup.timeout=10s"),
				row("managed-services.shutdown.timeout=40s", "Lower managed-services.shutdown.timeout",
						"managed-services.shutdown.timeout=20s"),
				row("managed-services.shutdown.timeout=40s", "raise spring.lifecycle.timeout-per-shutdown-phase",
						"managed-services.shutdown.timeout=40s", "spring.lifecycle.timeout-per-shutdown-phase=50s"),
				row("spring.lifecycle.timeout-per-shutdown-phase=0",
						"Raise spring.lifecycle.timeout-per-shutdown-phase",
						"spring.lifecycle.timeout-per-shutdown-phase=1s"),
				row("managed-services.work.max-threads=1", "Correct managed-services.work.max-threads.",
						"managed-services.work.max-threads=2"),
				row("managed-services.items.concurrency=0", "Correct managed-services.items.concurrency.",
						"managed-services.items.concurrency=1"),
				row("managed-services.items.nobody.concurrency=1", "Correct or remove managed-services.items.nobody.",
						""),
				row("managed-services.items.db-scheduler.heartbeat=0",
						"Correct managed-services.items.db-scheduler.heartbeat.",
						"managed-services.items.db-scheduler.heartbeat=1s"));
	}

	@ParameterizedTest
	@MethodSource("properties")
	void startWhenPropertyIsMendedAsAdvisedSucceeds(Row row) {
		ApplicationContextRunner services = this.runner.withUserConfiguration(Dotted.class);
		services.withPropertyValues(row.properties())
			.run((context) -> assertAdvice(context.getStartupFailure(), row.advice()));
		services.withPropertyValues(row.mended()).run((context) -> assertRuns(context.getBean(ManagedServices.class)));
	}

	static Stream<Pair> sources() {
		return Stream.of(pair(Missing.class, "Did you mean 'database'?", Corrected.class),
				pair(NotAnnotated.class, "Annotate the bean 'plain' with @ManagedService", NowAnnotated.class),
				pair(OnItself.class, "Remove 'self' from what 'self' depends on.", OnNothing.class),
				pair(Twice.class, "Name 'database' once", Once.class),
				pair(Cycle.class, "@ManagedService(excludeDependencies", WithoutCycle.class),
				pair(Cycle.class, "ObjectProvider or ManagedServices", LazyCycle.class),
				pair(SameNames.class, "the name of the ServiceRegistration", OtherNames.class),
				pair(BadName.class, "Give the service another name", GoodName.class),
				pair(Excluding.class, "Remove 'database' from excludeDependencies", Corrected.class),
				pair(WrongRetry.class, "Correct maxRetries of @Retry (@ManagedService on class Wrong)",
						RightRetry.class),
				pair(UnreadableRetry.class, "Correct delay of @Retry of service 'wrong'.", RightRetry.class),
				pair(Uncalled.class, "@ManagedService(startMethod = \"start\", stopMethod = \"stop\")", Called.class),
				pair(Uncalled.class, "or let the class implement ServiceLifecycle", Implementing.class),
				pair(NoSuchMethod.class, "or add such a method", WithMethod.class),
				pair(Smart.class, "Let isAutoStartup() of bean 'smart' return false", NotSoSmart.class),
				pair(OwnProcessor.class, "let it be a ManagedServicesLifecycleProcessor", OurProcessor.class),
				pair(AsyncStart.class, "Or let it return a Future", AwaitedStart.class),
				pair(Prototype.class, "Make bean 'prototype' a singleton", Singleton.class),
				pair(NullBean.class, "return an object", Singleton.class),
				pair(TwoTimes.class, "Remove one of them from @Task on method TwoTime.run", Timed.class),
				pair(NoCron.class, "Correct cron of @Task on method BadCron.run", Timed.class),
				pair(NoPause.class, "Correct delay or maxRestarts of @Worker", Paused.class),
				pair(NoSource.class, "Did you mean 'database'?", Sourced.class),
				pair(NoBuffer.class, "Remove buffer or policy", Sourced.class),
				pair(Stray.class, "Annotate the bean 'stray' with @ManagedService", NotStray.class),
				pair(NoProvider.class, "Declare it: @ManagedService(provides = StringBuilder.class)", Provider.class),
				pair(NoProvider.class, "or name the service with @Qualifier", Qualified.class),
				pair(TwoProviders.class, "@Qualifier(\"", OneOfTwo.class));
	}

	@ParameterizedTest
	@MethodSource("sources")
	void startWhenClassIsMendedAsAdvisedSucceeds(Pair pair) {
		this.runner.withUserConfiguration(pair.broken())
			.run((context) -> assertAdvice(context.getStartupFailure(), pair.advice()));
		this.runner.withUserConfiguration(pair.mended())
			.run((context) -> assertRuns(context.getBean(ManagedServices.class)));
	}

	@ParameterizedTest
	@CsvSource("or set managed-services.services.wrong.retry.max-retries, managed-services.services.wrong.retry.max-retries=1")
	void startWhenPropertyIsSetOverAnnotationAsAdvisedSucceeds(String advice, String property) {
		this.runner.withUserConfiguration(WrongRetry.class)
			.run((context) -> assertAdvice(context.getStartupFailure(), advice));
		this.runner.withUserConfiguration(WrongRetry.class)
			.withPropertyValues(property)
			.run((context) -> assertRuns(context.getBean(ManagedServices.class)));
	}

	private static void assertAdvice(Throwable failure, String advice) {
		Throwable cause = failure;
		while (cause != null && !(cause instanceof InvalidServiceGraphException)) {
			cause = cause.getCause();
		}
		assertThat(cause).as(String.valueOf(failure)).isInstanceOf(InvalidServiceGraphException.class);
		assertThat(((InvalidServiceGraphException) cause).getProblems()).extracting(GraphProblem::action)
			.anySatisfy((action) -> assertThat(action).contains(advice));
	}

	private static void assertRuns(ManagedServices services) {
		assertThat(services.snapshots()).isNotEmpty().extracting("state").containsOnly(ServiceState.RUNNING);
	}

	private static Row row(String property, String advice, String... mended) {
		return new Row(new String[] { property }, advice, mended);
	}

	private static Pair pair(Class<?> broken, String advice, Class<?> mended) {
		return new Pair(broken, advice, mended);
	}

	record Row(String[] properties, String advice, String[] mended) {

		@Override
		public String toString() {
			return this.properties[0];
		}

	}

	record Pair(Class<?> broken, String advice, Class<?> mended) {

	}

	@Configuration(proxyBeanMethods = false)
	static class Database {

		@Bean
		ServiceRegistration database() {
			return new ServiceRegistration("database", new ServiceLifecycle() {
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Dotted {

		@Bean
		ServiceRegistration dotted() {
			return new ServiceRegistration("my.service", new ServiceLifecycle() {
			});
		}

	}

	@ManagedService(dependsOn = "databse")
	static class Missing {

	}

	@ManagedService(dependsOn = "database")
	static class Corrected {

	}

	@ManagedService(dependsOn = "plain")
	static class NotAnnotated {

		@Bean
		Object plain() {
			return new Object();
		}

	}

	@ManagedService(dependsOn = "plain")
	static class NowAnnotated {

		@Bean
		@ManagedService
		static Object plain() {
			return new Object();
		}

	}

	@ManagedService(name = "self", dependsOn = "self")
	static class OnItself {

	}

	@ManagedService(name = "self")
	static class OnNothing {

	}

	@ManagedService(dependsOn = "database", after = "database")
	static class Twice {

	}

	@ManagedService(after = "database")
	static class Once {

	}

	@Configuration(proxyBeanMethods = false)
	static class Cycle {

		@Bean
		@ManagedService(dependsOn = "second")
		Object first() {
			return new Object();
		}

		@Bean
		@ManagedService
		Object second(@Qualifier("first") Object first) {
			return new Object();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithoutCycle {

		@Bean
		@ManagedService(dependsOn = "second")
		Object first() {
			return new Object();
		}

		@Bean
		@ManagedService(excludeDependencies = "first")
		Object second(@Qualifier("first") Object first) {
			return new Object();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyCycle {

		@Bean
		@ManagedService(dependsOn = "second")
		Object first() {
			return new Object();
		}

		@Bean
		@ManagedService
		Object second(@Qualifier("first") ObjectProvider<Object> first) {
			return new Object();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SameNames {

		@Bean
		ServiceRegistration second() {
			return new ServiceRegistration("database", new ServiceLifecycle() {
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherNames {

		@Bean
		ServiceRegistration second() {
			return new ServiceRegistration("second", new ServiceLifecycle() {
			});
		}

	}

	@ManagedService(name = "/lead")
	static class BadName {

	}

	@ManagedService(name = "lead")
	static class GoodName {

	}

	@ManagedService(excludeDependencies = "database")
	static class Excluding {

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Wrong.class)
	static class WrongRetry {

	}

	@ManagedService(name = "wrong", retry = @Retry(maxRetries = -7))
	static class Wrong {

	}

	@ManagedService(name = "wrong", retry = @Retry(delay = "soon"))
	static class UnreadableRetry {

	}

	@ManagedService(name = "wrong", retry = @Retry(maxRetries = 7, delay = "1s"))
	static class RightRetry {

	}

	@ManagedService
	public static class Uncalled {

		public void start() {
		}

		public void stop() {
		}

	}

	@ManagedService(startMethod = "start", stopMethod = "stop")
	public static class Called {

		public void start() {
		}

		public void stop() {
		}

	}

	@ManagedService
	public static class Implementing implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
		}

		@Override
		public void stop(ServiceContext context) {
		}

	}

	@ManagedService(startMethod = "connect")
	static class NoSuchMethod {

		void connect(String parameter) {
		}

	}

	@ManagedService(startMethod = "connect")
	static class WithMethod {

		void connect() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Smart {

		@Bean
		@ManagedService
		SmartBean smart() {
			return new SmartBean(true);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NotSoSmart {

		@Bean
		@ManagedService
		SmartBean smart() {
			return new SmartBean(false);
		}

	}

	static class SmartBean implements SmartLifecycle {

		private final boolean autoStartup;

		private volatile boolean running;

		SmartBean(boolean autoStartup) {
			this.autoStartup = autoStartup;
		}

		@Override
		public boolean isAutoStartup() {
			return this.autoStartup;
		}

		@Override
		public void start() {
			this.running = true;
		}

		@Override
		public void stop() {
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnProcessor {

		@Bean
		static DefaultLifecycleProcessor lifecycleProcessor() {
			return new DefaultLifecycleProcessor();
		}

		@Bean
		@ManagedService
		SmartBean smart() {
			return new SmartBean(false);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OurProcessor {

		@Bean
		static ManagedServicesLifecycleProcessor lifecycleProcessor(ObjectProvider<DeferredManagedServices> services) {
			return new ManagedServicesLifecycleProcessor(services);
		}

		@Bean
		@ManagedService
		SmartBean smart() {
			return new SmartBean(false);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync(proxyTargetClass = true)
	static class AsyncStart {

		@Bean
		AsyncBean asynchronous() {
			return new AsyncBean();
		}

	}

	@ManagedService(startMethod = "connect")
	public static class AsyncBean {

		@Async
		public void connect() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync(proxyTargetClass = true)
	static class AwaitedStart {

		@Bean
		AwaitedBean asynchronous() {
			return new AwaitedBean();
		}

	}

	@ManagedService(startMethod = "connect")
	public static class AwaitedBean {

		@Async
		public CompletableFuture<Void> connect() {
			return CompletableFuture.completedFuture(null);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Prototype {

		@Bean
		@Scope("prototype")
		@ManagedService
		Object prototype() {
			return new Object();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Singleton {

		@Bean
		@ManagedService
		Object prototype() {
			return new Object();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NullBean {

		@Bean
		@ManagedService
		Object prototype() {
			return null;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(TwoTime.class)
	static class TwoTimes {

	}

	@ManagedService(name = "timed")
	static class TwoTime {

		@Task(every = "1h", fixedDelay = "1h")
		void run() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(BadCron.class)
	static class NoCron {

	}

	@ManagedService(name = "timed")
	static class BadCron {

		@Task(cron = "soon")
		void run() {
		}

	}

	@ManagedService(name = "timed")
	static class Timed {

		@Task(every = "1h")
		void run() {
		}

		@Task(cron = "0 0 3 * * *", zone = "Europe/Berlin")
		void recount() {
		}

	}

	@ManagedService(name = "paused")
	static class NoPause {

		@Worker(delay = "0s")
		void listen(WorkerContext worker) throws Exception {
			worker.pause(Duration.ofHours(1));
		}

	}

	@ManagedService(name = "paused")
	static class Paused {

		@Worker(delay = "1ms")
		void listen(WorkerContext worker) throws Exception {
			worker.pause(Duration.ofHours(1));
		}

	}

	@ManagedService(name = "hooked")
	static class NoSource {

		@OnServiceEvent(source = "databse")
		void on(String event) {
		}

	}

	@ManagedService(name = "hooked")
	static class NoBuffer {

		@OnServiceEvent(buffer = 5, policy = EventPolicy.DROP)
		void on(String event) {
		}

	}

	@ManagedService(name = "hooked")
	static class Sourced {

		@OnServiceEvent(source = "database")
		void on(String event) {
		}

		@OnServiceEvent(buffer = 5)
		void onBuffered(Integer event) {
		}

		@OnServiceEvent(policy = EventPolicy.DROP)
		void onDropped(Long event) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Stray {

		@Bean
		StrayBean stray() {
			return new StrayBean();
		}

	}

	static class StrayBean {

		@Task(every = "1h")
		void run() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NotStray {

		@Bean
		@ManagedService
		StrayBean stray() {
			return new StrayBean();
		}

	}

	static class Reader {

		Reader(Provided<StringBuilder> provided) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Reader.class)
	static class NoProvider {

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Reader.class, Providing.class })
	static class Provider {

	}

	@ManagedService(name = "providing", provides = StringBuilder.class)
	static class Providing implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			context.provide(new StringBuilder());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Qualified {

		@Bean
		Object reader(@Qualifier("database") Provided<StringBuilder> provided) {
			return new Object();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Reader.class, Providing.class })
	static class TwoProviders {

		@Bean
		ServiceRegistration another() {
			return new ServiceRegistration("another", new Providing()).provides(StringBuilder.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Providing.class)
	static class OneOfTwo {

		@Bean
		ServiceRegistration another() {
			return new ServiceRegistration("another", new Providing()).provides(StringBuilder.class);
		}

		@Bean
		@Lazy(false)
		Object reader(@Qualifier("another") Provided<StringBuilder> provided) {
			return new Object();
		}

	}

}
