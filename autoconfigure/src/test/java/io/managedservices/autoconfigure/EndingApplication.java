// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;

/**
 * An application that is ended while its services start, on a machine that has as much
 * else to do as it is told. It prints what happens to its services.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({ ManagedServicesAutoConfiguration.class, LifecycleAutoConfiguration.class })
public class EndingApplication {

	public static void main(String[] args) {
		tell("main");
		SpringApplication application = new SpringApplication(EndingApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setBannerMode(Banner.Mode.OFF);
		application.setLogStartupInfo(false);
		application.run(args);
	}

	static synchronized void tell(String entry) {
		System.out.println("> " + entry);
	}

	@Bean
	Pool pool() {
		return new Pool();
	}

	/**
	 * What ends the application.
	 */
	enum End {

		SIGNAL {

			@Override
			void act(ConfigurableApplicationContext context) {
				// Comes from outside.
			}

		},

		CLOSE {

			@Override
			void act(ConfigurableApplicationContext context) {
				context.close();
			}

		},

		// Spring does nothing then.
		INTERRUPTED_CLOSE_THEN_SIGNAL {

			@Override
			void act(ConfigurableApplicationContext context) {
				Thread.currentThread().interrupt();
				context.close();
			}

		},

		PAUSE_THEN_SIGNAL {

			@Override
			void act(ConfigurableApplicationContext context) {
				context.pause();
			}

		},

		PAUSE_THEN_CLOSE {

			@Override
			void act(ConfigurableApplicationContext context) {
				context.pause();
				context.close();
			}

		},

		EXIT {

			@Override
			void act(ConfigurableApplicationContext context) {
				System.exit(SpringApplication.exit(context, () -> 7));
			}

		};

		abstract void act(ConfigurableApplicationContext context);

	}

	/**
	 * What services use.
	 */
	static class Pool implements AutoCloseable {

		@Override
		public void close() {
			tell("close pool");
		}

	}

	/**
	 * A service that runs.
	 */
	@ManagedService(name = "database")
	static class Database implements ServiceLifecycle {

		Database(Pool pool) {
		}

		@Override
		public void start(ServiceContext context) {
			tell("start database");
		}

		@Override
		public void stop(ServiceContext context) {
			tell("stop database");
		}

	}

	/**
	 * A service whose start does not end before it is interrupted.
	 *
	 * @param context the context
	 */
	@ManagedService(name = "blocking", dependsOn = "database")
	record Blocking(ConfigurableApplicationContext context) implements ServiceLifecycle {

		@Override
		public void start(ServiceContext started) throws InterruptedException {
			tell("start blocking");
			Environment environment = this.context.getEnvironment();
			End end = environment.getRequiredProperty("end", End.class);
			IntStream.range(0, environment.getRequiredProperty("spinning", int.class)).forEach((number) -> spin());
			new Thread(() -> {
				end.act(this.context);
				tell("acted");
			}, "ending").start();
			new CountDownLatch(1).await();
		}

		private static void spin() {
			Thread thread = new Thread(() -> {
				while (true) {
					Thread.onSpinWait();
				}
			}, "spinning");
			thread.setDaemon(true);
			thread.start();
		}

		@Override
		public void stop(ServiceContext stopped) {
			tell("stop blocking");
		}

	}

}
