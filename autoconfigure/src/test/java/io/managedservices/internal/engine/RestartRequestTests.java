// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import io.managedservices.ServiceContext;
import io.managedservices.monitor.LifecycleEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for services that ask for their restart.
 */
class RestartRequestTests {

	private final List<String> calls = new ArrayList<>();

	private final AtomicReference<ServiceContext> context = new AtomicReference<>();

	@Test
	void restartStopsAndStartsServiceAndDependentsAtOnce() {
		SteppedEngine stepped = new SteppedEngine(service("feed").build(), service("news").dependsOn("feed").build());
		stepped.engine.start();
		stepped.runTasks();
		this.context.get().restart("the feeds have changed");
		stepped.runTasks();
		assertThat(this.calls).containsExactly("+feed", "+news", "-news", "-feed", "+feed", "+news");
		assertThat(stepped.events(LifecycleEvent.RestartRequested.class))
			.extracting((event) -> event.service().name(), LifecycleEvent.RestartRequested::reason)
			.containsExactly(tuple("feed", "the feeds have changed"));
		assertThat(stepped.events(LifecycleEvent.ServiceFailed.class)).isEmpty();
		assertThat(stepped.events(LifecycleEvent.EpisodeOpened.class)).isEmpty();
		assertThat(stepped.engine.isReady()).isTrue();
	}

	@Test
	void restartAsOftenAsItLikesIsNeverGivenUp() {
		SteppedEngine stepped = new SteppedEngine(service("feed").build());
		stepped.engine.start();
		stepped.runTasks();
		for (int count = 0; count < 100; count++) {
			this.context.get().restart("once more");
			stepped.runTasks();
		}
		assertThat(this.calls).hasSize(201);
		assertThat(stepped.engine.isReady()).isTrue();
	}

	@Test
	void restartByAnIncarnationThatIsOverDoesNothing() {
		SteppedEngine stepped = new SteppedEngine(service("feed").build());
		stepped.engine.start();
		stepped.runTasks();
		ServiceContext over = this.context.get();
		over.restart("first");
		over.restart("it ends already");
		stepped.runTasks();
		over.restart("it has ended");
		stepped.runTasks();
		assertThat(this.calls).containsExactly("+feed", "-feed", "+feed");
	}

	@Test
	void restartWhileStartingIsRefused() {
		List<Throwable> refused = new ArrayList<>();
		SteppedEngine stepped = new SteppedEngine(TestService.named("feed").start((starting) -> {
			try {
				starting.restart("at once");
			}
			catch (IllegalStateException ex) {
				refused.add(ex);
			}
		}).build());
		stepped.engine.start();
		stepped.runTasks();
		assertThat(refused).singleElement()
			.extracting(Throwable::getMessage)
			.isEqualTo("Service 'feed' asks for a restart while it is STARTING: expected RUNNING. Throw an exception"
					+ " there to have it tried again.");
	}

	private TestService service(String name) {
		return TestService.named(name).start((starting) -> {
			if (name.equals("feed")) {
				this.context.set(starting);
			}
			this.calls.add("+" + name);
		}).stop((stopping) -> this.calls.add("-" + name));
	}

}
