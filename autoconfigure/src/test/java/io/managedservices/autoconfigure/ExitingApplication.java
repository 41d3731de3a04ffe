// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.util.concurrent.Executors;

import org.springframework.boot.Banner;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.state.ServiceState;
import io.managedservices.work.MicroTask;
import io.managedservices.work.Worker;

/**
 * An application in which {@link System#exit} is called in a place that is told. It
 * prints what happens to its services.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({ ManagedServicesAutoConfiguration.class, LifecycleAutoConfiguration.class })
public class ExitingApplication {

	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(ExitingApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setBannerMode(Banner.Mode.OFF);
		application.setLogStartupInfo(false);
		ConfigurableApplicationContext context = application.run(args);
		if (context.getBean(Exit.class).place.isInClose) {
			context.close();
		}
	}

	@Bean
	EndingApplication.Pool pool() {
		return new EndingApplication.Pool();
	}

	@Bean
	Exit exit(Environment environment) {
		return new Exit(environment.getRequiredProperty("place", Place.class));
	}

	@Bean
	LifecycleListener listener(Exit exit) {
		return (event) -> {
			if (event instanceof LifecycleEvent.StateChanged changed && changed.service().name().equals("exiting")
					&& changed.service().state() == ServiceState.RUNNING) {
				exit.at(Place.LISTENER);
			}
		};
	}

	@Bean
	SmartLifecycle refreshing(Exit exit) {
		return new SmartLifecycle() {

			@Override
			public void start() {
				exit.at(Place.REFRESH);
			}

			@Override
			public void stop() {
				// There is nothing to stop.
			}

			@Override
			public boolean isRunning() {
				return false;
			}

		};
	}

	@Bean
	CommandLineRunner runner(Exit exit) {
		return (args) -> exit.at(Place.RUNNER);
	}

	/**
	 * Where the process is ended.
	 */
	enum Place {

		PREPARE, START, CHECK, WORKER, TASK, MICRO_TASK, LISTENER, REFRESH, RUNNER, QUIESCE(true), STOP(true);

		private final boolean isInClose;

		Place() {
			this(false);
		}

		Place(boolean isInClose) {
			this.isInClose = isInClose;
		}

	}

	/**
	 * Ends the process in one place.
	 */
	static class Exit {

		private final Place place;

		Exit(Place place) {
			this.place = place;
		}

		void at(Place here) {
			if (here == this.place) {
				EndingApplication.tell("exit");
				System.exit(7);
			}
		}

	}

	/**
	 * A service that runs.
	 */
	@ManagedService(name = "database")
	static class Database implements ServiceLifecycle {

		Database(EndingApplication.Pool pool) {
		}

		@Override
		public void prepare(ServiceContext context) {
			EndingApplication.tell("prepare database");
		}

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
	 * A service that ends the process.
	 */
	@ManagedService(name = "exiting", dependsOn = "database")
	static class Exiting implements ServiceLifecycle {

		private final Exit exit;

		Exiting(Exit exit) {
			this.exit = exit;
		}

		@Override
		public void prepare(ServiceContext context) {
			this.exit.at(Place.PREPARE);
		}

		@Override
		public void start(ServiceContext context) {
			this.exit.at(Place.START);
			context.work().task("exit", () -> this.exit.at(Place.TASK)).queue();
			context.work()
				.task("exit in micro-task",
						() -> context.work()
							.run(MicroTask.medium("exit"), Executors.callable(() -> this.exit.at(Place.MICRO_TASK))))
				.queue();
		}

		@Override
		public void checkHealth() {
			this.exit.at(Place.CHECK);
		}

		@Worker
		void work() throws InterruptedException {
			this.exit.at(Place.WORKER);
			Thread.currentThread().join();
		}

		@Override
		public void quiesce(ServiceContext context) {
			this.exit.at(Place.QUIESCE);
		}

		@Override
		public void stop(ServiceContext context) {
			this.exit.at(Place.STOP);
		}

	}

}
