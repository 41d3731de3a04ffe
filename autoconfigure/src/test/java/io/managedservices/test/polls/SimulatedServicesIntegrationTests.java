// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test.polls;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.test.context.TestContextManager;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.internal.concurrent.ServiceThreads;
import io.managedservices.test.SimulatedServices;
import io.managedservices.test.SimulatedTime;

import static io.managedservices.test.ServiceAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for {@link SimulatedServices}.
 */
class SimulatedServicesIntegrationTests {

	private static final Instant FIRST = Instant.parse("2030-01-01T00:00:00Z");

	private static final Instant SECOND = Instant.parse("2031-01-01T00:00:00Z");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class));

	@Test
	void startingAtWhenTestsDifferDoesNotShareTheirContext() {
		ApplicationContext first = context(First.class);
		ApplicationContext second = context(Second.class);
		assertThat(first.getBean(SimulatedTime.class).now()).isEqualTo(FIRST);
		assertThat(second.getBean(SimulatedTime.class).now()).isEqualTo(SECOND);
		assertThat(second.getBean(Clock.class).instant()).isEqualTo(SECOND);
		assertThat(second.getBean(PollPage.class)).isNotNull();
		assertThat(second.getBean(ManagedServices.class)).isReady();
		assertThat(second.getBeansOfType(ServiceThreads.class)).containsOnlyKeys("simulatedTime");
	}

	private static ApplicationContext context(Class<?> test) {
		return new TestContextManager(test).getTestContext().getApplicationContext();
	}

	@Test
	void configurationWhenApplicationHasClockBringsPrimaryOne() {
		this.runner.withUserConfiguration(PollClock.class, Simulated.class).run((context) -> {
			assertThat(context.getBeansOfType(Clock.class)).containsOnlyKeys("clock", "simulatedClock");
			assertThat(context.getBean(Clock.class).instant()).isEqualTo(FIRST);
		});
	}

	@Test
	void configurationWhenTestHasPrimaryClockAndTimeLeavesThem() {
		this.runner.withUserConfiguration(Simulated.class, Own.class).run((context) -> {
			assertThat(context.getBeansOfType(Clock.class)).containsOnlyKeys("fixed");
			assertThat(context.getBeansOfType(SimulatedTime.class)).containsOnlyKeys("own");
		});
	}

	@Test
	void configurationWithoutStartBeginsNow() {
		Instant before = Instant.now();
		this.runner.withUserConfiguration(Now.class)
			.run((context) -> assertThat(context.getBean(Clock.class).instant()).isBetween(before, Instant.now()));
	}

	@Test
	void configurationWhenStartIsNoTimeSaysWhatIsExpected() {
		this.runner.withUserConfiguration(Wrong.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("Text 'tomorrow' could not be parsed")
				.satisfies((cause) -> assertThat(context).getFailure()
					.hasStackTraceContaining(
							"@SimulatedServices cannot start at 'tomorrow': expected an instant such as 2030-01-01T00:00:00Z.")));
	}

	@SpringBootTest(classes = PollsApplication.class, webEnvironment = WebEnvironment.NONE)
	@SimulatedServices(startingAt = "2030-01-01T00:00:00Z")
	static class First {

	}

	@SpringBootTest(classes = PollsApplication.class, webEnvironment = WebEnvironment.NONE)
	@SimulatedServices(startingAt = "2031-01-01T00:00:00Z")
	static class Second {

	}

	@Configuration(proxyBeanMethods = false)
	@SimulatedServices(startingAt = "2030-01-01T00:00:00Z")
	static class Simulated {

	}

	@Configuration(proxyBeanMethods = false)
	@SimulatedServices
	static class Now {

		@Bean
		Idle idle() {
			return new Idle();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@SimulatedServices(startingAt = "tomorrow")
	static class Wrong {

		@Bean
		Idle idle() {
			return new Idle();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Own {

		@Bean
		@Primary
		Clock fixed() {
			return Clock.fixed(SECOND, ZoneOffset.UTC);
		}

		@Bean
		SimulatedTime own() {
			return SimulatedTime.startingNow();
		}

	}

	@ManagedService
	static class Idle {

	}

}
