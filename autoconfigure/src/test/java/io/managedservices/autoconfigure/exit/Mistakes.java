// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.exit;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.stereotype.Component;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.Provided;
import io.managedservices.Restart;
import io.managedservices.Retry;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.event.OnServiceEvent;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemScheduler;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;
import io.managedservices.state.Activation;
import io.managedservices.work.Task;
import io.managedservices.work.Worker;

/**
 * Beans with a mistake each.
 */
final class Mistakes {

	private Mistakes() {
	}

	@ManagedService(name = "ok")
	static class Ok {

	}

	@ManagedService(name = "misspelt", dependsOn = "okk")
	static class Misspelt {

	}

	@ManagedService(name = "capital", dependsOn = "Ok")
	static class Capital {

	}

	@ManagedService(name = "self", dependsOn = "self")
	static class Self {

	}

	@ManagedService(name = "excludes", excludeDependencies = "ok")
	static class Excludes {

	}

	@ManagedService(name = "guessed", startTimeout = "10s", retry = @Retry(maxRetries = -1),
			restart = @Restart(maxRestarts = 2))
	static class Guessed {

		final List<Object> calls = new CopyOnWriteArrayList<>();

		@Task(fixedDelay = "1h", initialDelay = "0s")
		void fixedDelay() {
			this.calls.add("fixedDelay");
		}

		@Task
		void onDemand() {
			this.calls.add("onDemand");
		}

		@OnServiceEvent
		void on(String event) {
			this.calls.add(event);
		}

	}

	@ManagedService(name = "asked", activation = Activation.ON_DEMAND)
	static class Asked {

	}

	@ManagedService(name = "afterMisspelt", after = "okk")
	static class AfterMisspelt {

	}

	@ManagedService(name = "interval")
	static class Interval {

		@Task(every = "5 minutes")
		void recount() {
		}

	}

	@ManagedService(name = "zeroInterval")
	static class ZeroInterval {

		@Task(every = "0s")
		void recount() {
		}

	}

	@ManagedService(name = "shortInterval")
	static class ShortInterval {

		@Task(every = "999us")
		void recount() {
		}

	}

	@ManagedService(name = "fiveFields")
	static class FiveFields {

		@Task(cron = "*/5 * * * *")
		void recount() {
		}

	}

	@ManagedService(name = "twoTimes")
	static class TwoTimes {

		@Task(every = "5m", cron = "0 0 3 * * *")
		void recount() {
		}

	}

	@ManagedService(name = "parameter")
	static class Parameter {

		@Worker
		void listen(String text) {
		}

	}

	@Component("noService")
	static class NoService {

		@Worker
		void listen() {
		}

	}

	@ManagedService(name = "prototype")
	@Scope("prototype")
	static class Prototype {

	}

	@ManagedService(name = "ok")
	static class Twin {

	}

	@ManagedService(name = "unprepared")
	static class Unprepared implements ServiceLifecycle {

		@Override
		public void prepare(ServiceContext context) {
			throw new IllegalArgumentException("no address");
		}

	}

	@ManagedService(name = "failing")
	static class Failing implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) throws IOException {
			throw new IOException("refused");
		}

	}

	@ManagedService(name = "wrong")
	static class Wrong implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			context.dependency("ok", Object.class);
		}

	}

	@ManagedService(name = "wrongType", dependsOn = "ok")
	static class WrongType implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			context.dependency("ok", String.class);
		}

	}

	@ManagedService(name = "wrongValue", provides = StringBuilder.class)
	static class WrongValue implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			context.provide("text");
		}

	}

	@ManagedService(name = "earlyValue", provides = String.class)
	static class EarlyValue implements ServiceLifecycle {

		@Override
		public void prepare(ServiceContext context) {
			context.provide("text");
		}

	}

	@ManagedService(name = "noValue")
	static class NoValue {

		NoValue(Provided<StringBuilder> value) {
		}

	}

	@ManagedService(name = "noItems")
	static class NoItems {

		NoItems(ItemScheduler<Long> items) {
		}

	}

	@ManagedService(name = "integerItems")
	static class IntegerItems implements ItemService<Integer> {

		@Override
		public Outcome process(Integer id) {
			return Outcome.DONE;
		}

		@Override
		public Stream<DueItem<Integer>> checkAll() {
			return Stream.empty();
		}

		@Override
		public Instant checkOne(Integer id) {
			return null;
		}

		@Override
		public Duration interval() {
			return Duration.ofHours(1);
		}

	}

	@ManagedService(name = "source")
	static class Source {

		@OnServiceEvent(source = "okk")
		void on(String event) {
		}

	}

	@ManagedService(name = "noEvent")
	static class NoEvent {

		@OnServiceEvent
		void on() {
		}

	}

	@ManagedService(name = "twoEvents")
	static class TwoEvents {

		@OnServiceEvent
		void on(String event, Integer other) {
		}

	}

	@ManagedService(name = "future")
	static class Future {

		@Task(every = "5m")
		CompletableFuture<Void> recount() {
			return CompletableFuture.completedFuture(null);
		}

	}

	@ManagedService(name = "delay", retry = @Retry(delay = "soon"))
	static class Delay {

	}

	@ManagedService(name = "negative", retry = @Retry(maxRetries = -7, multiplier = .1))
	static class Negative {

	}

	@ManagedService(name = "timeout", startTimeout = "soon")
	static class Timeout {

	}

	@ManagedService(name = "smart")
	static class Smart implements SmartLifecycle {

		@Override
		public void start() {
		}

		@Override
		public void stop() {
		}

		@Override
		public boolean isRunning() {
			return false;
		}

	}

	@ManagedService(name = "sameTasks")
	static class SameTasks {

		@Task(name = "t", every = "5m")
		void one() {
		}

		@Task(name = "t", every = "5m")
		void two() {
		}

	}

	@ManagedService(name = "staticTask")
	static class StaticTask {

		@Task(every = "5m")
		static void recount() {
		}

	}

	@ManagedService(name = "workerSettings")
	static class WorkerSettings {

		@Worker(delay = "-1s", maxRestarts = -5)
		void listen() {
		}

	}

	@ManagedService(name = "heartbeat")
	static class Heartbeat {

		@Worker(heartbeat = "0s")
		void listen() {
		}

	}

	@ManagedService(name = "zone")
	static class Zone {

		@Task(cron = "0 0 3 * * *", zone = "Berlin")
		void one() {
		}

		@Task(every = "5m", maxDelay = "long")
		void two() {
		}

		@Task(every = "5m", zone = "Europe/Berlin")
		void three() {
		}

	}

	@ManagedService(name = "jitter")
	static class Jitter {

		@Task(every = "5m", jitter = "10m")
		void recount() {
		}

	}

	@ManagedService(name = "initial")
	static class Initial {

		@Task(cron = "0 0 3 * * *", initialDelay = "10s")
		void recount() {
		}

	}

	@ManagedService(name = "startMethod", startMethod = "conect")
	static class StartMethod {

		void connect() {
		}

	}

	@ManagedService(name = "uncalled")
	public static class Uncalled {

		public void start() {
		}

	}

	@Component("plain")
	static class Plain {

	}

	@ManagedService(name = "onPlain", dependsOn = "plain")
	static class OnPlain {

	}

	@ManagedService(name = "looking")
	static class Looking implements ServiceLifecycle {

		private final ManagedServices services;

		Looking(ManagedServices services) {
			this.services = services;
		}

		@Override
		public void start(ServiceContext context) {
			this.services.snapshot("okk");
		}

	}

	@ManagedService(name = "optional", required = false)
	static class Optional implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) throws IOException {
			throw new IOException("refused");
		}

	}

	@ManagedService(name = "needsOptional", dependsOn = "optional")
	static class NeedsOptional {

	}

	@ManagedService(name = "hanging", startTimeout = "50ms")
	static class Hanging implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) throws InterruptedException {
			new CountDownLatch(1).await();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Nameless {

		@Bean
		ServiceRegistration nameless() {
			return new ServiceRegistration(" ", new ServiceLifecycle() {
			});
		}

	}

	@ManagedService(name = "first", dependsOn = "second")
	static class First {

	}

	@ManagedService(name = "second", dependsOn = "first")
	static class Second {

	}

	@ManagedService(name = "taskName")
	static class TaskName implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			context.work().task("recuont");
		}

		@Task
		void recount() {
		}

	}

	@ManagedService(name = "placeholder")
	static class Placeholder {

		@Task(every = "${recuont.every}")
		void recount() {
		}

	}

}
