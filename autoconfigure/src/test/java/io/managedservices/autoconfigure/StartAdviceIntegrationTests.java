// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.managedservices.ManagedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.autoconfigure.exit.ServicesStartFailureAnalyzer;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what an application is advised to do whose services do not start: done, the
 * application starts.
 */
class StartAdviceIntegrationTests {

	private static final String PREFIX = "managed-services.services.";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(LifecycleAutoConfiguration.class, ManagedServicesAutoConfiguration.class))
		.withPropertyValues("managed-services.defaults.retry.delay=1ms",
				"managed-services.defaults.retry.max-delay=1ms");

	static Stream<Row> rows() {
		String ofSlow = PREFIX + "slow.";
		String ofOthers = "set %srequired and %smiddle.required and %stop.required to 'false'";
		String optional = ofOthers.formatted(ofSlow, PREFIX, PREFIX);
		String[] allOptional = { ofSlow + "required=false", PREFIX + "middle.required=false",
				PREFIX + "top.required=false" };
		return Stream.of(
				// More attempts
				row(ThirdTime.class, ofSlow + "retry.max-retries=1")
					.advises("set " + ofSlow + "retry.max-retries above 1")
					.mended(ofSlow + "retry.max-retries=2"),
				row(ThirdTime.class, "managed-services.defaults.retry.max-retries=0")
					.advises("set " + ofSlow + "retry.max-retries above 0")
					.mended(ofSlow + "retry.max-retries=2"),
				row(ThirdTimeRegistered.class).advises("set " + ofSlow + "retry.max-retries above 1")
					.mended(ofSlow + "retry.max-retries=2"),
				// What is optional
				row(Never.class).advises(optional).mended(allOptional),
				row(Never.class, ofSlow + "required=false")
					.advises("set %smiddle.required and %stop.required to 'false'".formatted(PREFIX, PREFIX))
					.mended(allOptional),
				row(Never.class, ofSlow + "activation=disabled")
					.advises("set %smiddle.required and %stop.required to 'false'".formatted(PREFIX, PREFIX))
					.mended(PREFIX + "middle.required=false", PREFIX + "top.required=false"),
				row(NeverAlone.class).advises("set " + ofSlow + "required to 'false'")
					.mended(ofSlow + "required=false"),
				row(Never.class).advises("Set managed-services.startup.on-failure to 'continue'")
					.mended("managed-services.startup.on-failure=continue"),
				row(HangsForEver.class, "managed-services.startup.timeout=100ms")
					.advises("Set managed-services.startup.on-failure to 'continue'")
					.mended("managed-services.startup.on-failure=continue"),
				// What is off
				row(ThirdTimeWithDependents.class, ofSlow + "activation=disabled")
					.advises("Set " + ofSlow + "activation to 'enabled'")
					.mended(ofSlow + "activation=enabled"),
				// More time
				row(SlowStart.class, "managed-services.startup.timeout=50ms")
					.advises("Raise managed-services.startup.timeout")
					.mended("managed-services.startup.timeout=1m"),
				row(SlowStart.class, "managed-services.startup.timeout=50ms").advises(optional).mended(allOptional),
				row(SlowStart.class, ofSlow + "start-timeout=20ms", ofSlow + "retry.max-retries=0")
					.advises("raise " + ofSlow + "start-timeout")
					.mended(ofSlow + "start-timeout=1m"),
				row(SlowStart.class, "managed-services.defaults.start-timeout=20ms",
						"managed-services.defaults.retry.max-retries=0")
					.advises("raise " + ofSlow + "start-timeout")
					.mended(ofSlow + "start-timeout=1m"),
				row(SlowPrepare.class, ofSlow + "prepare-timeout=20ms").advises("raise " + ofSlow + "prepare-timeout")
					.mended(ofSlow + "prepare-timeout=1m"),
				// Prepare
				row(NeverPrepared.class).advises("A prepare is not tried again.")
					.advises("set " + ofSlow + "required to 'false'")
					.mended(ofSlow + "required=false"),
				row(PreparesForEver.class, "managed-services.startup.timeout=500ms")
					.advises("set %srequired to 'false', and %sprepare-timeout below managed-services.startup.timeout"
						.formatted(ofSlow, ofSlow))
					.mended(ofSlow + "required=false", ofSlow + "prepare-timeout=50ms",
							"managed-services.startup.timeout=1m"),
				// What is not tried again
				row(SecondTimeAfterMistake.class).advises("name it in " + ofSlow + "retry.includes")
					.mended(ofSlow + "retry.includes=java.lang.ClassCastException"),
				row(ThirdTime.class, ofSlow + "retry.excludes=java.lang.IllegalStateException,java.io.IOException")
					.advises("set " + ofSlow + "retry.excludes without that")
					.mended(ofSlow + "retry.excludes=java.io.IOException"),
				row(ThirdTime.class, "managed-services.defaults.retry.excludes=java.lang.RuntimeException")
					.advises("set " + ofSlow + "retry.excludes without that")
					.mended(ofSlow + "retry.excludes="),
				row(ThirdTimeExcluded.class).advises("set " + ofSlow + "retry.excludes without that")
					.mended(ofSlow + "retry.excludes=java.io.IOException"));
	}

	@ParameterizedTest
	@MethodSource("rows")
	void startWhenAdviceIsTakenSucceeds(Row row) {
		ApplicationContextRunner broken = this.runner.withUserConfiguration(row.source())
			.withPropertyValues(row.properties().toArray(new String[0]));
		broken.run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = new ServicesStartFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis).as(String.valueOf(context.getStartupFailure())).isNotNull();
			assertThat(analysis.getAction()).contains(row.advice());
		});
		broken.withPropertyValues(row.mended().toArray(new String[0])).run((context) -> {
			assertThat(context).hasNotFailed();
			if (row.mended().stream().noneMatch((property) -> property.matches(".*(required|on-failure)=.*"))) {
				assertThat(context.getBean(ManagedServices.class).snapshots()).extracting("state")
					.containsOnly(ServiceState.RUNNING);
			}
		});
	}

	private static Row row(Class<?> source, String... properties) {
		return new Row(source, List.of(properties), List.of(), List.of());
	}

	private static ServiceRegistration slow(ServiceLifecycle lifecycle) {
		return new ServiceRegistration("slow", lifecycle);
	}

	private static ServiceRegistration dependent(String name, String dependency) {
		return new ServiceRegistration(name, new ServiceLifecycle() {
		}).dependsOn(dependency);
	}

	private static void awaitStopping(ServiceContext context, long millis) throws Exception {
		try {
			context.stopping().toCompletableFuture().get(millis, TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			// It was not told to stop.
		}
	}

	/**
	 * An application that does not start, and how it does.
	 *
	 * @param source its configuration
	 * @param properties its properties
	 * @param advice what it is advised to do
	 * @param mended the properties that do so
	 */
	record Row(Class<?> source, List<String> properties, List<String> advice, List<String> mended) {

		Row advises(String text) {
			return new Row(this.source, this.properties, Stream.concat(this.advice.stream(), Stream.of(text)).toList(),
					this.mended);
		}

		Row mended(String... with) {
			return new Row(this.source, this.properties, this.advice, List.of(with));
		}

	}

	/**
	 * A service whose first attempts to start fail.
	 */
	private static class FailingAttempts implements ServiceLifecycle {

		private final int failing;

		FailingAttempts(int failing) {
			this.failing = failing;
		}

		@Override
		public void start(ServiceContext context) {
			if (context.attempt() <= this.failing) {
				throw new IllegalStateException("attempt " + context.attempt());
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ThirdTime {

		@Bean
		ServiceRegistration slow() {
			return StartAdviceIntegrationTests.slow(new FailingAttempts(2));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ThirdTimeRegistered {

		@Bean
		ServiceRegistration slow() {
			return StartAdviceIntegrationTests.slow(new FailingAttempts(2)).retry((retry) -> retry.maxRetries(1));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ThirdTimeExcluded {

		@Bean
		ServiceRegistration slow() {
			return StartAdviceIntegrationTests.slow(new FailingAttempts(2))
				.retry((retry) -> retry.excludes(IllegalStateException.class));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Dependents {

		@Bean
		ServiceRegistration middle() {
			return dependent("middle", "slow");
		}

		@Bean
		ServiceRegistration top() {
			return dependent("top", "middle");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ThirdTimeWithDependents extends Dependents {

		@Bean
		ServiceRegistration slow() {
			return StartAdviceIntegrationTests.slow(new FailingAttempts(2));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Never extends Dependents {

		@Bean
		ServiceRegistration slow() {
			return StartAdviceIntegrationTests.slow(new FailingAttempts(Integer.MAX_VALUE));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NeverAlone {

		@Bean
		ServiceRegistration slow() {
			return StartAdviceIntegrationTests.slow(new FailingAttempts(Integer.MAX_VALUE));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HangsForEver extends Dependents {

		@Bean
		ServiceRegistration slow() {
			return StartAdviceIntegrationTests.slow(new ServiceLifecycle() {

				@Override
				public void start(ServiceContext context) throws Exception {
					context.stopping().toCompletableFuture().get();
				}

			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SlowStart extends Dependents {

		@Bean
		ServiceRegistration slow() {
			return StartAdviceIntegrationTests.slow(new ServiceLifecycle() {

				@Override
				public void start(ServiceContext context) throws Exception {
					awaitStopping(context, 300);
				}

			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SlowPrepare {

		@Bean
		ServiceRegistration slow() {
			return StartAdviceIntegrationTests.slow(new ServiceLifecycle() {

				@Override
				public void prepare(ServiceContext context) throws Exception {
					awaitStopping(context, 300);
				}

			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NeverPrepared {

		@Bean
		ServiceRegistration slow() {
			return StartAdviceIntegrationTests.slow(new ServiceLifecycle() {

				@Override
				public void prepare(ServiceContext context) {
					throw new IllegalStateException("no address");
				}

			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PreparesForEver {

		@Bean
		ServiceRegistration slow() {
			return StartAdviceIntegrationTests.slow(new ServiceLifecycle() {

				@Override
				public void prepare(ServiceContext context) throws Exception {
					new CountDownLatch(1).await();
				}

			});
		}

		@Bean
		ServiceRegistration other() {
			return new ServiceRegistration("other", new ServiceLifecycle() {
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecondTimeAfterMistake {

		@Bean
		ServiceRegistration slow() {
			return StartAdviceIntegrationTests.slow(new ServiceLifecycle() {

				@Override
				public void start(ServiceContext context) {
					if (context.attempt() == 1) {
						throw new ClassCastException("planted");
					}
				}

			});
		}

	}

}
