// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;

import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.state.Activation;

/**
 * An application that may be checked without being started, and whose services may end
 * it. It prints what happens to its services.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({ ManagedServicesAutoConfiguration.class, LifecycleAutoConfiguration.class })
public class CheckedApplication {

	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(CheckedApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.run(args);
	}

	@Bean
	EndingApplication.Pool pool() {
		return new EndingApplication.Pool();
	}

	@Bean
	ApplicationRunner runner() {
		return (args) -> EndingApplication.tell("run");
	}

	@EventListener
	void started(ApplicationStartedEvent event) {
		EndingApplication.tell("started");
	}

	/**
	 * A service that may end the application.
	 */
	@ManagedService(name = "database")
	static class Database implements ServiceLifecycle {

		private final Environment environment;

		Database(EndingApplication.Pool pool, Environment environment) {
			this.environment = environment;
		}

		@Override
		public void prepare(ServiceContext context) {
			EndingApplication.tell("prepare database");
			Integer code = this.environment.getProperty("prepare-code", Integer.class);
			if (code != null) {
				throw new EndException(code);
			}
		}

		@Override
		public void start(ServiceContext context) {
			EndingApplication.tell("start database");
			exit(context, "start-exit");
			context.work().task("exit", () -> exit(context, "task-exit")).queue();
		}

		private void exit(ServiceContext context, String property) {
			Integer code = this.environment.getProperty(property, Integer.class);
			if (code != null) {
				context.exit(code);
			}
		}

		@Override
		public void stop(ServiceContext context) {
			EndingApplication.tell("stop database");
		}

	}

	/**
	 * A service that nothing needs.
	 */
	@ManagedService(name = "search", dependsOn = "database", activation = Activation.ON_DEMAND)
	static class Search implements ServiceLifecycle {

		@Override
		public void prepare(ServiceContext context) {
			EndingApplication.tell("prepare search");
		}

	}

	/**
	 * An end with an exit code.
	 */
	static class EndException extends RuntimeException implements ExitCodeGenerator {

		private final int code;

		EndException(int code) {
			super("The end, with " + code);
			this.code = code;
		}

		@Override
		public int getExitCode() {
			return this.code;
		}

	}

}
