// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import io.managedservices.ManagedServices;
import io.managedservices.ServiceRegistration;
import io.managedservices.internal.concurrent.OwnThread;
import io.managedservices.internal.concurrent.ServiceThreads;
import io.managedservices.internal.engine.BreakableBackend;
import io.managedservices.internal.engine.BreakableBackend.Part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for an application whose engine fails, or is told to wait for ever.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class BreakdownIntegrationTests {

	private final Journal journal = new Journal();

	private final BreakableBackend backend = new BreakableBackend();

	@ParameterizedTest
	@ValueSource(strings = { "36500d", "36501d", "3650000d", "106751991167d", "PT2562047788015215H" })
	void closeWhenToldToWaitForEverStopsServices(String timeout) throws Exception {
		AnnotationConfigApplicationContext context = context("spring.lifecycle.timeout-per-shutdown-phase=" + timeout);
		context.refresh();
		OwnThread.run(context::close).get(20, TimeUnit.SECONDS);
		assertStoppedInOrder(context);
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "-1s", "-3650000d" })
	void refreshWhenSpringDoesNotWaitIsRefused(String timeout) {
		AnnotationConfigApplicationContext context = context("spring.lifecycle.timeout-per-shutdown-phase=" + timeout);
		assertThat(catchThrowable(context::refresh)).hasMessageContaining(
				"spring.lifecycle.timeout-per-shutdown-phase is invalid: expected a duration above 0");
		assertThat(this.journal.entries()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = { "NONE", "OPENING" })
	void closeWhenSomethingIsBrokenStopsServicesInOrder(Part part) throws Exception {
		AnnotationConfigApplicationContext context = context();
		context.refresh();
		this.backend.broken = part;
		OwnThread.run(context::close).get(30, TimeUnit.SECONDS);
		assertStoppedInOrder(context);
	}

	@ParameterizedTest
	@ValueSource(strings = { "await", "background" })
	void refreshWhenThereIsNoThreadForTheAlarmClosesContext(String mode) {
		AnnotationConfigApplicationContext context = context("managed-services.startup.mode=" + mode);
		this.backend.broken = Part.OPENING;
		Throwable failure = catchThrowable(context::refresh);
		if (mode.equals("await")) {
			assertThat(failure).hasStackTraceContaining("no OPENING today");
		}
		Awaitility.await().until(() -> !context.isActive());
		assertThat(this.journal.entries()).isEmpty();
	}

	@Test
	void failureOfEngineClosesApplication(CapturedOutput output) {
		AnnotationConfigApplicationContext context = context();
		context.refresh();
		this.backend.broken = Part.INSTANT;
		// Thrown here, or not: that depends on when the time was looked at last.
		catchThrowable(
				() -> context.getBean(ManagedServices.class).fail("pollBook", new IllegalStateException("planted")));
		Awaitility.await().until(() -> !context.isActive());
		assertStoppedInOrder(context);
		assertThat(output).contains("no INSTANT today")
			.contains("managed-services has failed: the application is closed with exit code 70.");
	}

	private AnnotationConfigApplicationContext context(String... properties) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		TestPropertyValues.of(properties).applyTo(context);
		context.register(ManagedServicesAutoConfiguration.class, LifecycleAutoConfiguration.class);
		context.registerBean("backend", ServiceThreads.class, () -> new ServiceThreads(this.backend));
		context.registerBean("database", ServiceRegistration.class,
				() -> new ServiceRegistration("database", this.journal.service("database")));
		context.registerBean("pollBook", ServiceRegistration.class,
				() -> new ServiceRegistration("pollBook", this.journal.service("pollBook")).dependsOn("database"));
		return context;
	}

	private void assertStoppedInOrder(AnnotationConfigApplicationContext context) {
		assertThat(context.isActive()).isFalse();
		assertThat(this.journal.entries()).containsExactly("start database", "start pollBook", "stop pollBook",
				"stop database");
	}

}
