// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;

import org.springframework.boot.Banner;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.work.Worker;

/**
 * A command-line application with services, of which one may work until it is told to
 * end.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({ ManagedServicesAutoConfiguration.class, LifecycleAutoConfiguration.class })
public class RunnerApplication {

	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(RunnerApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setBannerMode(Banner.Mode.OFF);
		application.run(args);
	}

	@Bean
	CommandLineRunner runner() {
		return (args) -> EndingApplication.tell("run");
	}

	/**
	 * A service that only waits to be called.
	 */
	@ManagedService(name = "database")
	static class Database implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			EndingApplication.tell("start database");
		}

		@Override
		public void stop(ServiceContext context) {
			EndingApplication.tell("stop database");
		}

	}

	/**
	 * A service that works.
	 */
	@ManagedService(name = "mail")
	@ConditionalOnProperty("worker")
	static class Mail implements ServiceLifecycle {

		private final CountDownLatch end = new CountDownLatch(1);

		@Override
		public void start(ServiceContext context) {
			Thread reader = new Thread(this::read, "reader");
			reader.setDaemon(true);
			reader.start();
		}

		private void read() {
			try {
				// Until whoever has begun the process writes something.
				System.in.read();
				this.end.countDown();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		@Worker
		void listen() throws InterruptedException {
			EndingApplication.tell("listen");
			this.end.await();
			EndingApplication.tell("listened");
		}

	}

}
