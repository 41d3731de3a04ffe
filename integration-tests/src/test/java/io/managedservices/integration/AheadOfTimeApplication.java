// SPDX-License-Identifier: Apache-2.0
package io.managedservices.integration;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.Provided;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.event.OnServiceEvent;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemScheduler;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;
import io.managedservices.work.Task;
import io.managedservices.work.Worker;
import io.managedservices.work.WorkerContext;

/**
 * An application with services of every kind, beside other starters: tells how they are,
 * and ends.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableAsync
@EnableScheduling
@Import({ AheadOfTimeApplication.Feed.class, AheadOfTimeApplication.News.class, AheadOfTimeApplication.Reminders.class,
		AheadOfTimeApplication.Inner.class })
public class AheadOfTimeApplication {

	/**
	 * Starts the application, tells how its services are, and ends it.
	 * @param args properties
	 */
	public static void main(String[] args) {
		try (ConfigurableApplicationContext context = SpringApplication.run(AheadOfTimeApplication.class, args)) {
			String services = context.getBean(ManagedServices.class)
				.snapshots()
				.stream()
				.map((service) -> service.name() + " " + service.state())
				.sorted()
				.collect(Collectors.joining(", "));
			System.out.println("Services: " + services);
			System.out.println("News: " + context.getBean(News.class).text());
		}
	}

	@Bean
	@ManagedService(startMethod = "open", stopMethod = "shut")
	Connection connection() {
		return new Connection();
	}

	@Bean
	ServiceRegistration registration() {
		return new ServiceRegistration("registered", new ServiceLifecycle() {
		}).dependsOn("connection");
	}

	@Bean
	@Lazy
	@ManagedService
	ServiceLifecycle lazy() {
		return new ServiceLifecycle() {
		};
	}

	@Bean({ "named", "alias" })
	@Scope(scopeName = "singleton", proxyMode = ScopedProxyMode.INTERFACES)
	Runnable named() {
		return () -> {
		};
	}

	@Bean
	@Scope(scopeName = BeanDefinition.SCOPE_PROTOTYPE)
	List<Instant> prototype() {
		return List.of();
	}

	public static class Connection {

		void open() {
		}

		void shut() {
		}

	}

	@ManagedService(name = "feed", provides = String.class)
	static class Feed implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			context.provide("from the feed");
		}

		@Worker
		void listen(WorkerContext worker) throws InterruptedException {
			while (!worker.isStopping()) {
				worker.pause(Duration.ofSeconds(1));
			}
		}

		@Task(every = "1h")
		void count() {
		}

		@OnServiceEvent
		void on(String event) {
		}

	}

	static class News {

		private final Provided<String> feed;

		@Autowired
		ItemScheduler<Long> reminders;

		News(Provided<String> feed) {
			this.feed = feed;
		}

		String text() {
			this.reminders.schedule(1L);
			return this.feed.get();
		}

	}

	@ManagedService(name = "reminders")
	static class Reminders implements ItemService<Long> {

		@Override
		public Outcome process(Long id) {
			return Outcome.values()[0];
		}

		@Override
		public Stream<DueItem<Long>> checkAll() {
			return Stream.empty();
		}

		@Override
		public @Nullable Instant checkOne(Long id) {
			return null;
		}

		@Override
		public Duration interval() {
			return Duration.ofMinutes(1);
		}

	}

	/**
	 * A bean inside the definition of another one.
	 */
	static class Inner implements ImportBeanDefinitionRegistrar {

		@Override
		public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
			RootBeanDefinition outer = new RootBeanDefinition(Outer.class);
			outer.getPropertyValues().add("connection", new RootBeanDefinition(Connection.class));
			registry.registerBeanDefinition("outer", outer);
			registry.registerAlias("outer", "outerAlias");
		}

	}

	/**
	 * Has an inner bean.
	 */
	public static class Outer {

		public void setConnection(Connection connection) {
		}

	}

}
