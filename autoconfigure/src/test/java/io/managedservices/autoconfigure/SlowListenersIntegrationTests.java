// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import io.managedservices.ServedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.work.MicroTask;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.ServiceFailureListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Integration tests for what is logged while listeners to failures and
 * {@code @EventListener} methods do not come back.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class SlowListenersIntegrationTests {

	private static final int FAILURES = 60;

	@Test
	void logTellsAllWhileReporterAndEventListenerHangAndWhoWasNotToldAtClose(CapturedOutput output) throws Exception {
		ServedServices application = ServedServices.run(Application.class, WebApplicationType.NONE);
		Hanging hanging = application.context().getBean(Hanging.class);
		try (application) {
			List<LifecycleEvent> heard = application.context().getBean(Quick.class).heard;
			Failing failing = application.context().getBean(Failing.class);
			failing.fail("first");
			assertThat(hanging.reports.await(30, TimeUnit.SECONDS)).isTrue();
			assertThat(hanging.listens.await(30, TimeUnit.SECONDS)).isTrue();
			for (int number = 1; number <= FAILURES; number++) {
				failing.fail("number " + number + ".");
			}
			Awaitility.await().untilAsserted(() -> {
				for (int number = 1; number <= FAILURES; number++) {
					assertThat(output).contains("number " + number + ".");
				}
			});
			failing.fail("last");
			application.context().close();
			assertThat(output).contains("last", "Stopped service 'failing'", "Stopped 1 service");
			long left = heard.stream().dropWhile((event) -> !(event instanceof LifecycleEvent.WorkFailed)).count() - 1;
			assertThat(left).isGreaterThan(FAILURES);
			assertThat(output.getAll().lines().filter((line) -> line.contains("is slow"))).hasSize(2)
				.allMatch((line) -> line.contains(" WARN "))
				.allMatch((line) -> line.contains("and has not been told " + left + " further ones"))
				.anyMatch((line) -> line.contains("for failure listeners [" + Hanging.class.getName()))
				.anyMatch((line) -> line.contains("for @EventListener methods"));
		}
		finally {
			hanging.release.countDown();
		}
	}

	/**
	 * Both a reporter and a listener that does not come back.
	 */
	static class Hanging implements ServiceFailureListener {

		private final CountDownLatch reports = new CountDownLatch(1);

		private final CountDownLatch listens = new CountDownLatch(1);

		private final CountDownLatch release = new CountDownLatch(1);

		@Override
		public void onFailure(ServiceFailure failure) {
			hang(this.reports);
		}

		@EventListener
		void on(LifecycleEvent.WorkFailed failed) {
			hang(this.listens);
		}

		private void hang(CountDownLatch begun) {
			begun.countDown();
			try {
				this.release.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	static class Quick implements LifecycleListener {

		private final List<LifecycleEvent> heard = new CopyOnWriteArrayList<>();

		@Override
		public void onEvent(LifecycleEvent event) {
			this.heard.add(event);
		}

	}

	static class Failing implements ServiceLifecycle {

		private volatile @Nullable ServiceContext context;

		@Override
		public void start(ServiceContext current) {
			this.context = current;
		}

		void fail(String text) {
			ServiceContext current = this.context;
			assertThat(current).isNotNull();
			assertThatIllegalStateException().isThrownBy(() -> current.work().run(MicroTask.high("fails"), () -> {
				throw new IllegalStateException(text);
			}));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
	static class Application {

		@Bean
		Hanging hanging() {
			return new Hanging();
		}

		@Bean
		Quick quick() {
			return new Quick();
		}

		@Bean
		Failing failingBean() {
			return new Failing();
		}

		@Bean
		ServiceRegistration failing(Failing failingBean) {
			return new ServiceRegistration("failing", failingBean);
		}

	}

}
