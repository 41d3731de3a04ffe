// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.Banner;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.Activation;

/**
 * An application that takes every thread that the system gives, before its services start
 * or while they run, until somebody writes to it.
 */
@Configuration(proxyBeanMethods = false)
@Import(RunnerApplication.Database.class)
@ImportAutoConfiguration({ ManagedServicesAutoConfiguration.class, LifecycleAutoConfiguration.class })
public class ExhaustedApplication {

	private static final int WORKERS = 6;

	private static final int NEEDED_TO_END = 4;

	private static final List<Thread> TAKEN = new CopyOnWriteArrayList<>();

	private static final CountDownLatch freed = new CountDownLatch(1);

	public static void main(String[] args) {
		Thread reader = new Thread(ExhaustedApplication::read, "reader");
		reader.setDaemon(true);
		reader.start();
		SpringApplication application = new SpringApplication(ExhaustedApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setBannerMode(Banner.Mode.OFF);
		application.run(args);
	}

	private static void read() {
		try {
			System.in.read();
			freed.countDown();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void takeThreads() {
		try {
			while (true) {
				Thread thread = new Thread(() -> hold(freed));
				thread.setDaemon(true);
				thread.start();
				TAKEN.add(thread);
			}
		}
		catch (OutOfMemoryError ex) {
			EndingApplication.tell("exhausted after " + TAKEN.size());
		}
	}

	// The JVM itself needs some to end, and the system takes back those that have ended a
	// moment later.
	private static void awaitThreads() throws InterruptedException {
		for (Thread thread : TAKEN) {
			thread.join();
		}
		while (!areThereThreads()) {
			Thread.onSpinWait();
		}
	}

	private static boolean areThereThreads() {
		CountDownLatch end = new CountDownLatch(1);
		try {
			for (int number = 0; number < NEEDED_TO_END; number++) {
				Thread thread = new Thread(() -> hold(end));
				thread.setDaemon(true);
				thread.start();
			}
			return true;
		}
		catch (OutOfMemoryError ex) {
			return false;
		}
		finally {
			end.countDown();
		}
	}

	private static void hold(CountDownLatch end) {
		try {
			end.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	// Boot itself begins with threads of its own, and does not start without them.
	@Bean
	InitializingBean beforeServices(ApplicationArguments arguments) {
		return () -> {
			if (arguments.containsOption("before")) {
				takeThreads();
			}
		};
	}

	@Bean
	CommandLineRunner runner(ManagedServices services) {
		return (args) -> {
			EndingApplication.tell("run");
			if (!List.of(args).contains("--before")) {
				takeThreads();
			}
			services.perform(ServiceAction.ENABLE, "mail").get(2, TimeUnit.MINUTES);
			services.get("mail", Mail.class, Duration.ofMinutes(2)).begun.await();
			EndingApplication.tell("mail works");
			awaitThreads();
		};
	}

	/**
	 * A service that needs more threads than there are.
	 */
	@ManagedService(name = "mail", dependsOn = "database", activation = Activation.DISABLED)
	static class Mail implements ServiceLifecycle {

		private final CountDownLatch begun = new CountDownLatch(WORKERS);

		@Override
		public void start(ServiceContext context) {
			for (int number = 0; number < WORKERS; number++) {
				context.work().worker("worker-" + number, (worker) -> {
					this.begun.countDown();
					this.begun.await();
				}).start();
			}
		}

	}

}
