// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.springframework.core.ResolvableType;

import io.managedservices.event.EventOrigin;
import io.managedservices.event.EventPolicy;
import io.managedservices.event.ExposedEvent;
import io.managedservices.internal.graph.ServiceHook;
import io.managedservices.internal.work.SteppedWork;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what hooks are told of where events come from.
 */
class EventOriginTests {

	private final EventServices services = new EventServices();

	private final List<Object> told = new ArrayList<>();

	private SteppedWork work = new SteppedWork();

	@Test
	void onAnyWhenTypeIsObjectGetsAllWithTheirOrigins() {
		this.work = new SteppedWork(this.services.service("source"), this.services.service("target")).start();
		this.services.events("target").onAny(Object.class, (event, origin) -> {
			this.told.add(event);
			this.told.add(origin);
		});
		this.services.events("source").emit("hidden");
		this.services.events("target").emit(new Shown(7));
		this.work.engine.emit("source", new Shown(8));
		this.work.run();
		assertThat(this.told).containsExactly("hidden", new EventOrigin("source", false), new Shown(7),
				new EventOrigin("target", true), new Shown(8), new EventOrigin("source", true));
	}

	@Test
	void hookWhenDeclaredIsGivenItsIncarnation() {
		ServiceHook hook = new ServiceHook("all", "", ResolvableType.forClass(Object.class), EventPolicy.BUFFER,
				ServiceHook.OF_SERVICE, (event, origin, incarnation) -> {
					this.told.add(origin.get());
					this.told.add(incarnation);
				});
		this.work = new SteppedWork(this.services.service("source"), this.services.service("target", hook)).start();
		this.services.events("source").emit("event");
		this.work.run();
		assertThat(this.told).containsExactly(new EventOrigin("source", false), this.services.context("target"));
	}

	@Test
	void eventsOfOneThatIsUnregisteredAreHeldForNobody() {
		this.work = new SteppedWork(this.services.service("source"), this.services.service("target")).start();
		this.services.events("target").onAny(Object.class, (event, origin) -> this.told.add(event));
		for (int number = 0; number < 200; number++) {
			this.services.events("source").emit(number);
		}
		assertThat(this.work.engine.workCounts("target").levels().eventsHeld()).isPositive();
		CompletableFuture<Void> gone = this.work.engine.unregister("source");
		this.work.run();
		assertThat(gone).isCompleted();
		assertThat(this.work.engine.workCounts("target").levels().eventsHeld()).isZero();
		assertThat(this.work.engine.workCounts("target").events().delivered()
				+ this.work.engine.workCounts("target").events().dropped())
			.isEqualTo(200);
	}

	/** An event that is seen outside. */
	@ExposedEvent
	record Shown(int id) {

	}

}
