// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.SimpleApplicationEventMulticaster;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.event.EventPolicy;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceHook;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.work.WorkEngine;
import io.managedservices.internal.work.WorkSettings;

/**
 * What brings an event to many hooks.
 *
 * @since 0.1.0
 */
public enum EventContender {

	/**
	 * To one service that has all the hooks.
	 */
	ONE_SERVICE {

		@Override
		Emitter start(int hooks) throws Exception {
			return services(hooks, 1);
		}

	},

	/**
	 * To as many services as there are hooks.
	 */
	MANY_SERVICES {

		@Override
		Emitter start(int hooks) throws Exception {
			return services(hooks, hooks);
		}

	},

	/**
	 * Spring's multicaster, on the thread of the caller.
	 */
	SPRING {

		@Override
		Emitter start(int hooks) {
			return spring(hooks, null);
		}

	},

	/**
	 * Spring's multicaster with a pool of as many threads as there are processors.
	 */
	SPRING_EXECUTOR {

		@Override
		Emitter start(int hooks) {
			return spring(hooks, Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors()));
		}

	};

	abstract Emitter start(int hooks) throws Exception;

	private static Emitter services(int hooks, int services) throws Exception {
		HookCalls calls = new HookCalls(hooks);
		CompletableFuture<ServiceContext> source = new CompletableFuture<>();
		List<ServiceDefinition> definitions = new ArrayList<>(services + 1);
		definitions.add(ServiceDefinition.of("source", new Source(source), ServiceSettings.DEFAULTS, List.of()));
		ServiceHook hook = new ServiceHook("hook", "source", Object.class, EventPolicy.BUFFER,
				(event) -> calls.called());
		for (int service = 0; service < services; service++) {
			ServiceDefinition plain = ServiceDefinition.of("service-" + service, new Target(), ServiceSettings.DEFAULTS,
					List.of());
			definitions.add(new ServiceDefinition(plain.descriptor(), plain.instance(), plain.callbacks(),
					plain.settings(), null, Collections.nCopies(hooks / services, hook)));
		}
		ThreadBackend backend = ThreadBackend.platform();
		ServiceEngine engine = new ServiceEngine(ServiceGraph.of(definitions), EngineSettings.DEFAULTS, backend,
				new WorkEngine(WorkSettings.DEFAULTS, backend, null));
		engine.start().get();
		ServiceContext context = source.get();
		return new Emitter() {

			@Override
			public void emitAndAwait(int events) throws InterruptedException {
				calls.expect(events);
				for (int event = 0; event < events; event++) {
					context.events().emit("event");
				}
				calls.await();
			}

			@Override
			public void close() throws Exception {
				engine.stop().get();
			}

		};
	}

	private static Emitter spring(int hooks, ExecutorService executor) {
		HookCalls calls = new HookCalls(hooks);
		SimpleApplicationEventMulticaster multicaster = new SimpleApplicationEventMulticaster();
		multicaster.setTaskExecutor(executor);
		for (int hook = 0; hook < hooks; hook++) {
			multicaster.addApplicationListener(new Listener(hook, calls));
		}
		return new Emitter() {

			@Override
			public void emitAndAwait(int events) throws InterruptedException {
				calls.expect(events);
				for (int event = 0; event < events; event++) {
					multicaster.multicastEvent(new PayloadApplicationEvent<>(this, "event"));
				}
				calls.await();
			}

			@Override
			public void close() {
				if (executor != null) {
					executor.shutdown();
				}
			}

		};
	}

	/**
	 * Emits to hooks that are at hand.
	 */
	interface Emitter extends AutoCloseable {

		/**
		 * Emits events, and waits until all hooks were called for each.
		 * @param events how many
		 * @throws InterruptedException if interrupted
		 */
		void emitAndAwait(int events) throws InterruptedException;

	}

	/**
	 * A listener that counts.
	 *
	 * @param number makes it differ from the others
	 * @param calls where it counts
	 */
	private record Listener(int number,
			HookCalls calls) implements ApplicationListener<PayloadApplicationEvent<String>> {

		@Override
		public void onApplicationEvent(PayloadApplicationEvent<String> event) {
			this.calls.called();
		}

	}

	/**
	 * A service that gives its context away.
	 *
	 * @param started takes it
	 */
	private record Source(CompletableFuture<ServiceContext> started) implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			this.started.complete(context);
		}

	}

	/**
	 * A service that does nothing.
	 */
	private static final class Target implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
		}

	}

}
