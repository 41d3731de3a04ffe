// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test.polls;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

import io.managedservices.ManagedServices;
import io.managedservices.test.ManagedServicesTest;
import io.managedservices.test.ServiceFaults;
import io.managedservices.test.SimulatedServices;
import io.managedservices.test.SimulatedTime;

import static io.managedservices.test.ServiceAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for {@link ManagedServicesTest}, with what {@code docs/testing.md}
 * shows.
 */
@ManagedServicesTest(properties = "polls.title=test")
@SimulatedServices(startingAt = "2030-01-01T00:00:00Z")
@Import(Registrations.class)
class ManagedServicesTestIntegrationTests {

	@Autowired
	ManagedServices services;

	@Autowired
	ServiceFaults faults;

	@Autowired
	SimulatedTime time;

	@Autowired
	Clock clock;

	@Autowired
	ApplicationContext context;

	@AfterEach
	void heal() {
		this.faults.heal();
		this.time.advance(Duration.ofMinutes(1));
	}

	@Test
	void contextHasServicesAndWhatIsImportedOnly() {
		assertThat(this.services).isReady()
			.hasServices("database", "pollBook", "archive")
			.service("archive")
			.startedAfter("pollBook");
		assertThat(this.services.snapshots()).hasSize(3);
		assertThat(this.context.getBeansOfType(PollPage.class)).isEmpty();
		assertThat(this.context.containsBean("dispatcherServlet")).isFalse();
		assertThat(this.context.getEnvironment().getProperty("polls.title")).isEqualTo("test");
	}

	@Test
	void timeIsThatOfTheAnnotation() {
		assertThat(this.clock.instant()).isEqualTo(this.time.now())
			.isBetween(Instant.parse("2030-01-01T00:00:00Z"), Instant.parse("2030-02-01T00:00:00Z"));
		assertThat(this.services.provided("pollBook", Instant.class).toString()).startsWith("2030-01-");
	}

	@Test
	void pollBookWaitsForTheDatabase() {
		this.faults.service("database").failNextStarts(1).failNow();
		this.time.advance(Duration.ZERO);
		assertThat(this.services).isNotReady().service("pollBook").isBlockedBy("database");
		this.time.advance(Duration.ofSeconds(10));
		assertThat(this.services).isReady().service("pollBook").startedAfter("database");
	}

	@Test
	void pollsAreCountedEachHour(@Autowired PollBook pollBook) {
		int before = pollBook.counted.get();
		this.time.advance(Duration.ofDays(7));
		assertThat(pollBook.counted.get() - before).isEqualTo(7 * 24);
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Faults {

		@Bean
		static ServiceFaults faults() {
			return new ServiceFaults();
		}

	}

}
