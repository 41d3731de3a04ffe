// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.springframework.core.ResolvableType;
import org.springframework.core.ResolvableTypeProvider;

import io.managedservices.event.EventPolicy;
import io.managedservices.event.EventRefusedException;
import io.managedservices.event.EventRefusedException.Reason;
import io.managedservices.event.EventRefusedException.Refusal;
import io.managedservices.event.ExposedEvent;
import io.managedservices.event.ServiceEvents;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceHook;
import io.managedservices.internal.work.SteppedWork;
import io.managedservices.internal.work.WorkSettings;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.WorkSnapshot.EventStatus;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.WorkKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Events between services, in virtual time.
 */
class EventHubTests {

	private final EventServices services = new EventServices();

	private final ThreadLocal<String> carried = new ThreadLocal<>();

	private SteppedWork work(int capacity, ServiceDefinition... definitions) {
		return new SteppedWork(0, WorkSettings.DEFAULTS, carryContext(),
				Stream.of(definitions).map((definition) -> withBuffer(definition, capacity)).toList());
	}

	private static ServiceDefinition withBuffer(ServiceDefinition definition, int capacity) {
		return new ServiceDefinition(definition.descriptor(), definition.instance(), definition.callbacks(),
				definition.settings().withEventBuffer(capacity), null, definition.hooks());
	}

	private UnaryOperator<Runnable> carryContext() {
		return (body) -> {
			String captured = this.carried.get();
			return () -> {
				String before = this.carried.get();
				this.carried.set(captured);
				body.run();
				this.carried.set(before);
			};
		};
	}

	private static EventStatus status(SteppedWork work, String name) {
		return work.engine.work(name).events();
	}

	private void perform(SteppedWork work, ServiceAction action, String name) {
		work.engine.perform(action, name);
		work.run();
	}

	private void emit(String source, Object... events) {
		for (Object event : events) {
			this.services.events(source).emit(event);
		}
	}

	@Test
	void emitWhenBothRunCallsHooksInOrder() {
		SteppedWork work = work(10, this.services.service("source"),
				this.services.listener("target", EventPolicy.BUFFER))
			.start();
		emit("source", "a", "b", 1, "c");
		work.run();
		assertThat(this.services.told).containsExactly("target:a", "target:b", "target:c");
		assertThat(status(work, "source")).isEqualTo(new EventStatus(4, 0, 0, 0));
		assertThat(status(work, "target")).isEqualTo(new EventStatus(0, 3, 0, 0));
	}

	@Test
	void emitCallsHooksOfSuperclassesAndInterfaces() {
		List<String> told = new ArrayList<>();
		SteppedWork work = work(10, this.services.service("source"),
				this.services.service("target",
						EventServices.hook("", Shape.class, EventPolicy.BUFFER, (event) -> told.add("shape")),
						EventServices.hook("", Object.class, EventPolicy.BUFFER, (event) -> told.add("object")),
						EventServices.hook("", String.class, EventPolicy.BUFFER, (event) -> told.add("string")),
						EventServices.hook("", Round.class, EventPolicy.BUFFER, (event) -> told.add("round"))))
			.start();
		emit("source", new Circle());
		work.run();
		assertThat(told).containsExactly("shape", "object", "round");
	}

	@Test
	void emitCallsHooksOfItsSourceOnly() {
		SteppedWork work = work(10, this.services.service("a"), this.services.service("b"),
				this.services.service("ofA", this.services.hook("ofA", "a", EventPolicy.BUFFER)),
				this.services.service("ofNobody", this.services.hook("ofNobody", "nobody", EventPolicy.FAIL)))
			.start();
		emit("a", "1");
		emit("b", "2");
		emit("a", "3");
		work.run();
		assertThat(this.services.told).containsExactly("ofA:1", "ofA:3");
	}

	@Test
	void emitWhenTargetDoesNotRunHoldsUpToTheCapacity() {
		SteppedWork work = work(2, this.services.service("source"),
				this.services.listener("target", EventPolicy.BUFFER))
			.start();
		perform(work, ServiceAction.STOP, "target");
		emit("source", "a", "b", "c");
		work.run();
		assertThat(this.services.told).isEmpty();
		assertThat(status(work, "target")).isEqualTo(new EventStatus(0, 0, 2, 1));
		perform(work, ServiceAction.START, "target");
		assertThat(this.services.told).containsExactly("target:b", "target:c");
		assertThat(status(work, "target")).isEqualTo(new EventStatus(0, 2, 0, 1));
	}

	@Test
	void stopWhenPolicyIsDropDropsWhatWaits() {
		SteppedWork work = work(10, this.services.service("source"), this.services.listener("target", EventPolicy.DROP))
			.start();
		work.hold((unit) -> true);
		emit("source", "a");
		work.run();
		emit("source", "b", "c");
		work.engine.perform(ServiceAction.STOP, "target");
		assertThat(status(work, "target")).isEqualTo(new EventStatus(0, 0, 1, 2));
		work.hold((unit) -> false);
		work.finish();
		perform(work, ServiceAction.START, "target");
		assertThat(this.services.told).isEmpty();
		assertThat(status(work, "target")).isEqualTo(new EventStatus(0, 0, 0, 3));
	}

	@Test
	void stopOfSourceWhenPolicyIsDropHoldsWhatWasTaken() {
		SteppedWork work = work(10, this.services.service("source"), this.services.listener("target", EventPolicy.DROP))
			.start();
		emit("source", "a", "b");
		work.engine.perform(ServiceAction.STOP, "source");
		work.run();
		assertThat(this.services.told).isEmpty();
		perform(work, ServiceAction.START, "source");
		assertThat(this.services.told).containsExactly("target:a", "target:b");
	}

	@Test
	void injectWhenEventsOfItsSourceWaitComesBehindThem() {
		SteppedWork work = work(10, this.services.service("source"), this.services.service("other"),
				this.services.listener("target", EventPolicy.BUFFER))
			.start();
		perform(work, ServiceAction.STOP, "target");
		emit("source", "1");
		perform(work, ServiceAction.STOP, "source");
		perform(work, ServiceAction.STOP, "other");
		perform(work, ServiceAction.START, "target");
		work.engine.emit("source", "2");
		work.engine.emit("other", "of other");
		work.run();
		assertThat(this.services.told).containsExactly("target:of other");
		perform(work, ServiceAction.START, "source");
		assertThat(this.services.told).containsExactly("target:of other", "target:1", "target:2");
	}

	@Test
	void injectWhenSourceStopsBeforeItIsDeliveredComesBehindThoseOfTheSource() {
		SteppedWork work = work(10, this.services.service("source"),
				this.services.listener("target", EventPolicy.BUFFER))
			.start();
		work.hold((unit) -> true);
		emit("source", "0");
		work.run();
		emit("source", "1");
		work.engine.emit("source", "2");
		work.engine.perform(ServiceAction.STOP, "source");
		work.hold((unit) -> false);
		work.finish();
		assertThat(this.services.told).isEmpty();
		perform(work, ServiceAction.START, "source");
		assertThat(this.services.told).containsExactly("target:0", "target:1", "target:2");
	}

	@Test
	void emitWhenHookIsOfGenericTypeReachesItWithThatAlone() {
		SteppedWork work = work(1, this.services.service("source"),
				this.services.service("target", generic(Integer.class, EventPolicy.FAIL)))
			.start();
		work.hold((unit) -> true);
		emit("source", new Changed<>("text", String.class), new Changed<>(1, Integer.class));
		work.run();
		emit("source", new Changed<>("text", String.class), new Changed<>(2, Integer.class),
				new Changed<>("text", String.class));
		assertThatExceptionOfType(EventRefusedException.class)
			.isThrownBy(() -> emit("source", new Changed<>(3, Integer.class)));
		work.hold((unit) -> false);
		work.finish();
		assertThat(this.services.told).containsExactly("1", "2");
		assertThat(status(work, "target")).isEqualTo(new EventStatus(0, 2, 0, 1));
	}

	@Test
	void hookWhenItIsForArraysTakesThoseOfSubtypes() {
		List<String> taken = new ArrayList<>();
		SteppedWork work = new SteppedWork(this.services.service("source"),
				this.services.service("target",
						EventServices.hook("", Object[].class, EventPolicy.BUFFER, (event) -> taken.add("objects")),
						EventServices.hook("", CharSequence[].class, EventPolicy.BUFFER, (event) -> taken.add("texts")),
						EventServices.hook("", Number[].class, EventPolicy.BUFFER, (event) -> taken.add("numbers")),
						EventServices.hook("", Number[][].class, EventPolicy.BUFFER, (event) -> taken.add("tables")),
						EventServices.hook("", int[].class, EventPolicy.BUFFER, (event) -> taken.add("ints"))));
		work.start();
		for (Object event : List.of(new String[0], new Integer[0], new Integer[0][0], new int[0], new long[0])) {
			this.services.events("source").emit(event);
			work.run();
			taken.add("-");
		}
		assertThat(taken).containsExactly("objects", "texts", "-", "objects", "numbers", "-", "objects", "tables", "-",
				"ints", "-", "-");
	}

	private ServiceHook generic(Class<?> argument, EventPolicy policy) {
		return new ServiceHook("generic", "", ResolvableType.forClassWithGenerics(Changed.class, argument), policy,
				ServiceHook.OF_SERVICE,
				(event, origin, incarnation) -> this.services.told.add(String.valueOf(((Changed<?>) event).value())));
	}

	@Test
	void emitWhenAttemptToStartFailsGivesItsPlacesBack() {
		SteppedWork work = work(2, this.services.service("good"), failing("bad"),
				this.services.listener("target", EventPolicy.FAIL))
			.start();
		work.pass(Duration.ofMinutes(5));
		assertThat(work.state("bad")).isEqualTo(ServiceState.FAILED);
		assertThat(status(work, "target").held()).isZero();
		emit("good", "a", "b");
		work.run();
		assertThat(this.services.told).containsExactly("target:a", "target:b");
	}

	@Test
	void injectWhenAttemptToStartFailedIsDelivered() {
		SteppedWork work = work(10, failing("bad"), this.services.listener("target", EventPolicy.BUFFER)).start();
		work.engine.emit("bad", "behind");
		work.run();
		work.pass(Duration.ofMinutes(5));
		assertThat(work.state("bad")).isEqualTo(ServiceState.FAILED);
		work.engine.emit("bad", "later");
		work.run();
		assertThat(this.services.told).containsExactly("target:behind", "target:later");
	}

	private ServiceDefinition failing(String name) {
		return this.services.service(name, (context) -> {
			context.events().emit("attempt " + context.attempt());
			throw new IllegalStateException("not today");
		});
	}

	@Test
	void injectWhenTheOneBeforeItIsDroppedIsDelivered() {
		SteppedWork work = work(2, this.services.service("source"), this.services.service("other"),
				this.services.listener("target", EventPolicy.BUFFER))
			.start();
		perform(work, ServiceAction.STOP, "target");
		emit("source", "1");
		perform(work, ServiceAction.STOP, "source");
		perform(work, ServiceAction.START, "target");
		work.engine.emit("source", "2");
		assertThat(this.services.told).isEmpty();
		emit("other", "3");
		work.run();
		assertThat(this.services.told).containsExactly("target:2", "target:3");
	}

	@Test
	void sourceWhenItRestartsWhileItsEventsAreUnderWayLosesNone() {
		SteppedWork work = work(10, this.services.service("source"), this.services.listener("target", EventPolicy.DROP))
			.start();
		work.hold((unit) -> true);
		emit("source", "a");
		work.run();
		emit("source", "b", "c");
		perform(work, ServiceAction.RESTART, "source");
		work.hold((unit) -> false);
		work.finish();
		assertThat(this.services.told).containsExactly("target:a", "target:b", "target:c");
	}

	@Test
	void onWhenPolicyIsFailRefusesWhatCannotBeTaken() {
		SteppedWork work = work(1, this.services.service("source"), this.services.service("target")).start();
		emit("source", "nobody");
		ServiceEvents.Subscription subscription = this.services.events("target")
			.on("source", String.class, EventPolicy.FAIL, this.services.told::add);
		work.hold((unit) -> true);
		emit("source", "a");
		work.run();
		emit("source", "b");
		assertThatExceptionOfType(EventRefusedException.class).isThrownBy(() -> emit("source", "c"));
		work.hold((unit) -> false);
		work.finish();
		subscription.close();
		emit("source", "d", "e");
		work.run();
		assertThat(this.services.told).containsExactly("a", "b");
	}

	@Test
	void onWhenPolicyIsDropDropsWhatCannotBeTaken() {
		SteppedWork work = work(1, this.services.service("source"), this.services.service("target")).start();
		this.services.events("target").on("source", String.class, EventPolicy.DROP, this.services.told::add);
		work.hold((unit) -> true);
		emit("source", "a");
		work.run();
		emit("source", "b", "c");
		work.hold((unit) -> false);
		work.finish();
		assertThat(this.services.told).containsExactly("a", "b");
	}

	@Test
	void emitWhenTargetIsBusyHoldsUpToTheCapacity() {
		SteppedWork work = work(2, this.services.service("source"),
				this.services.listener("target", EventPolicy.BUFFER))
			.start();
		work.hold((unit) -> true);
		emit("source", "a");
		work.run();
		emit("source", "b", "c", "d");
		work.hold((unit) -> false);
		assertThat(status(work, "target")).isEqualTo(new EventStatus(0, 0, 3, 1));
		work.finish();
		assertThat(this.services.told).containsExactly("target:a", "target:c", "target:d");
	}

	@Test
	void emitWhenPolicyIsDropDropsWhatCannotBeTaken() {
		SteppedWork work = work(1, this.services.service("source"), this.services.listener("target", EventPolicy.DROP))
			.start();
		work.hold((unit) -> true);
		emit("source", "a");
		work.run();
		emit("source", "b", "c");
		work.hold((unit) -> false);
		work.finish();
		perform(work, ServiceAction.STOP, "target");
		emit("source", "d");
		perform(work, ServiceAction.START, "target");
		assertThat(this.services.told).containsExactly("target:a", "target:b");
		assertThat(status(work, "target")).isEqualTo(new EventStatus(0, 2, 0, 2));
	}

	@Test
	void emitWhenPolicyIsFailThrowsAndTheOthersGetIt() {
		SteppedWork work = work(1, this.services.service("source"),
				this.services.listener("before", EventPolicy.BUFFER),
				this.services.listener("demanding", EventPolicy.FAIL), this.services.listener("drop", EventPolicy.DROP))
			.start();
		perform(work, ServiceAction.STOP, "demanding");
		assertThatExceptionOfType(EventRefusedException.class).isThrownBy(() -> emit("source", "a"))
			.withMessage(
					"An event of type java.lang.String of service 'source' could not be taken by 'demanding', which does not run")
			.satisfies((ex) -> assertThat(ex.services()).containsExactly("demanding"))
			.satisfies((ex) -> assertThat(ex.refusals()).containsExactly(new Refusal("demanding", Reason.NOT_RUNNING)));
		assertThatExceptionOfType(EventRefusedException.class).isThrownBy(() -> work.engine.emit("source", "b"));
		work.run();
		assertThat(this.services.told).containsExactlyInAnyOrder("before:a", "drop:a", "before:b", "drop:b");
		assertThat(status(work, "demanding")).isEqualTo(new EventStatus(0, 0, 0, 2));
		perform(work, ServiceAction.START, "demanding");
		emit("source", "c");
		work.run();
		assertThat(this.services.told).contains("demanding:c");
	}

	@Test
	void emitWhenFullNeverDropsWhatWasTakenByOneThatDemands() {
		SteppedWork work = work(2, this.services.service("source"),
				this.services.service("target", this.services.hook("held", "other", EventPolicy.BUFFER),
						this.services.hook("taken", "source", EventPolicy.FAIL)),
				this.services.service("other"))
			.start();
		work.hold((unit) -> true);
		emit("source", "0");
		work.run();
		emit("source", "a");
		emit("other", "b", "c");
		assertThatExceptionOfType(EventRefusedException.class).isThrownBy(() -> emit("source", "d"))
			.withMessageEndingWith(
					"'target', which has as many events waiting as managed-services.services.target.event-buffer, or that of the defaults, allows")
			.satisfies((ex) -> assertThat(ex.refusals()).containsExactly(new Refusal("target", Reason.FULL)));
		work.hold((unit) -> false);
		work.finish();
		assertThat(this.services.told).containsExactly("taken:0", "taken:a", "held:c");
	}

	@Test
	void emitWhenServicesHaveOtherBoundsHoldsUpToEach() {
		SteppedWork work = new SteppedWork(this.services.service("source"),
				withBuffer(this.services.listener("one", EventPolicy.BUFFER), 1),
				withBuffer(this.services.listener("three", EventPolicy.BUFFER), 3))
			.start();
		perform(work, ServiceAction.STOP, "one");
		perform(work, ServiceAction.STOP, "three");
		emit("source", "a", "b", "c", "d");
		assertThat(status(work, "one")).isEqualTo(new EventStatus(0, 0, 1, 3));
		assertThat(status(work, "three")).isEqualTo(new EventStatus(0, 0, 3, 1));
		perform(work, ServiceAction.START, "one");
		perform(work, ServiceAction.START, "three");
		assertThat(this.services.told).containsExactly("one:d", "three:b", "three:c", "three:d");
	}

	@Test
	void emitWhenHookHasBoundOfItsOwnDropsTheOldestOfThatHook() {
		SteppedWork work = work(3, this.services.service("source"), this.services.service("other"),
				this.services.service("target", this.services.hook("latest", "", EventPolicy.BUFFER, 1),
						this.services.hook("shared", "source", EventPolicy.BUFFER),
						this.services.hook("more", "other", EventPolicy.BUFFER, 5)))
			.start();
		perform(work, ServiceAction.STOP, "target");
		emit("source", "a", "b");
		emit("other", "1", "2", "3", "4", "5", "6");
		assertThat(status(work, "target")).isEqualTo(new EventStatus(0, 0, 8, 8));
		emit("source", "c", "d");
		assertThat(status(work, "target")).isEqualTo(new EventStatus(0, 0, 9, 11));
		perform(work, ServiceAction.START, "target");
		assertThat(this.services.told).containsExactly("shared:b", "more:2", "more:3", "more:4", "more:5", "more:6",
				"shared:c", "latest:d", "shared:d");
		assertThat(status(work, "target")).isEqualTo(new EventStatus(0, 9, 0, 11));
	}

	@Test
	void emitWhenHookHasBoundOfItsOwnDeliversAllThatIsTakenAtOnce() {
		SteppedWork work = work(1, this.services.service("source"),
				this.services.service("target", this.services.hook("first", "", EventPolicy.BUFFER, 1),
						this.services.hook("second", "", EventPolicy.BUFFER, 1)))
			.start();
		for (String event : List.of("a", "b")) {
			emit("source", event);
			work.run();
		}
		assertThat(this.services.told).containsExactly("first:a", "second:a", "first:b", "second:b");
		assertThat(status(work, "target")).isEqualTo(new EventStatus(0, 4, 0, 0));
	}

	@Test
	void emitWhenHookIsFullAndItsSourceDoesNotRunDropsTheOldestOfThatHook() {
		SteppedWork work = work(10, this.services.service("late"), this.services.service("source"),
				this.services.service("target", this.services.hook("two", "", EventPolicy.BUFFER, 2)))
			.start();
		work.hold((unit) -> true);
		emit("source", "0");
		work.run();
		emit("late", "a");
		emit("source", "1");
		perform(work, ServiceAction.STOP, "late");
		work.hold((unit) -> false);
		work.finish();
		assertThat(this.services.told).containsExactly("two:0", "two:1");
		emit("source", "2", "3");
		work.run();
		perform(work, ServiceAction.STOP, "target");
		emit("source", "4", "5");
		perform(work, ServiceAction.START, "late");
		perform(work, ServiceAction.START, "target");
		assertThat(this.services.told).containsExactly("two:0", "two:1", "two:2", "two:3", "two:4", "two:5");
		assertThat(status(work, "target")).isEqualTo(new EventStatus(0, 6, 0, 1));
	}

	@Test
	void stopWhenMoreWasUnderWayThanHookMayHoldDropsTheOldest() {
		SteppedWork work = work(10, this.services.service("source"),
				this.services.service("target", this.services.hook("two", "", EventPolicy.BUFFER, 2)))
			.start();
		work.hold((unit) -> true);
		emit("source", "0");
		work.run();
		emit("source", "a", "b");
		work.finish();
		emit("source", "c", "d");
		work.engine.perform(ServiceAction.STOP, "target");
		work.hold((unit) -> false);
		while (!work.held().isEmpty()) {
			work.finish();
		}
		assertThat(status(work, "target").held()).isEqualTo(2);
		this.services.told.clear();
		perform(work, ServiceAction.START, "target");
		assertThat(this.services.told).containsExactly("two:c", "two:d");
	}

	@Test
	void emitWhileSourceStartsIsHeldUntilItRunsUnlessTheAttemptFails() {
		SteppedWork work = work(10, this.services.listener("target", EventPolicy.BUFFER),
				this.services.service("other"), this.services.service("source", (context) -> {
					context.events().emit("early " + context.attempt());
					if (context.attempt() == 1) {
						throw new IllegalStateException("not yet");
					}
					context.events().emit("late");
					assertThat(this.services.told).isEmpty();
				}));
		work.start();
		assertThat(work.state("source")).isEqualTo(ServiceState.BACKOFF);
		assertThat(status(work, "target").delivered()).isZero();
		emit("other", "meanwhile");
		work.run();
		assertThat(this.services.told).containsExactly("target:meanwhile");
		this.services.told.clear();
		work.pass(Duration.ofMinutes(1));
		assertThat(work.state("source")).isEqualTo(ServiceState.RUNNING);
		assertThat(this.services.told).containsExactly("target:early 2", "target:late");
		assertThat(status(work, "target")).isEqualTo(new EventStatus(0, 3, 0, 1));
	}

	@Test
	void emitWhenSourceHasStoppedSinceIsHeldUntilItRunsAgain() {
		SteppedWork work = work(10, this.services.service("source"),
				this.services.listener("target", EventPolicy.BUFFER))
			.start();
		work.hold((unit) -> true);
		emit("source", "a");
		work.run();
		emit("source", "b");
		perform(work, ServiceAction.STOP, "source");
		work.hold((unit) -> false);
		work.finish();
		assertThat(this.services.told).isEmpty();
		assertThat(status(work, "target")).isEqualTo(new EventStatus(0, 0, 2, 0));
		perform(work, ServiceAction.START, "source");
		assertThat(this.services.told).containsExactly("target:a", "target:b");
	}

	@Test
	void emitOfIncarnationThatHasEndedIsDroppedAndRefused() {
		SteppedWork work = work(10, this.services.service("source"), this.services.listener("target", EventPolicy.FAIL),
				this.services.listener("holding", EventPolicy.BUFFER))
			.start();
		ServiceEvents old = this.services.events("source");
		perform(work, ServiceAction.RESTART, "source");
		assertThatExceptionOfType(EventRefusedException.class).isThrownBy(() -> old.emit("a"))
			.satisfies((ex) -> assertThat(ex.services()).containsExactly("target"));
		old.emit(new Circle());
		assertThat(old.on(String.class, (event) -> this.services.told.add(event))).isNotNull();
		work.run();
		assertThat(this.services.told).isEmpty();
		assertThat(work.events(LifecycleEvent.Emitted.class)).isEmpty();
		assertThat(status(work, "source").emitted()).isEqualTo(2);
		assertThat(status(work, "target")).isEqualTo(new EventStatus(0, 0, 0, 1));
		assertThat(status(work, "holding")).isEqualTo(new EventStatus(0, 0, 0, 1));
	}

	@Test
	void injectWhenSourceDoesNotRunIsDelivered() {
		SteppedWork work = work(10, this.services.service("source"),
				this.services.listener("target", EventPolicy.BUFFER))
			.start();
		perform(work, ServiceAction.STOP, "source");
		work.engine.emit("source", "a");
		work.run();
		assertThat(this.services.told).containsExactly("target:a");
		assertThat(status(work, "source").emitted()).isOne();
	}

	@Test
	void stopWhileDeliveryWaitsForAThreadGivesItBackInOrder() {
		SteppedWork work = work(10, this.services.service("source"),
				this.services.listener("target", EventPolicy.BUFFER))
			.start();
		emit("source", "a", "b");
		work.engine.perform(ServiceAction.STOP, "target");
		work.run();
		assertThat(work.state("target")).isEqualTo(ServiceState.STOPPED);
		assertThat(this.services.told).isEmpty();
		assertThat(status(work, "target")).isEqualTo(new EventStatus(0, 0, 2, 0));
		perform(work, ServiceAction.START, "target");
		assertThat(this.services.told).containsExactly("target:a", "target:b");
	}

	@Test
	void stopWhileDeliveryIsUnderWayWaitsForTheHookAndGivesTheRestBack() {
		SteppedWork[] work = new SteppedWork[1];
		work[0] = work(10, this.services.service("source"),
				this.services.service("target", EventServices.hook("", String.class, EventPolicy.BUFFER, (event) -> {
					this.services.told.add("first:" + event);
					if (event.equals("b")) {
						work[0].engine.perform(ServiceAction.STOP, "target");
						assertThat(work[0].state("target")).isEqualTo(ServiceState.STOPPING);
						throw new InterruptedException();
					}
				}), this.services.hook("second", "", EventPolicy.BUFFER)));
		work[0].start();
		perform(work[0], ServiceAction.STOP, "target");
		emit("source", "a", "b", "c");
		perform(work[0], ServiceAction.START, "target");
		assertThat(this.services.told).containsExactly("first:a", "second:a", "first:b");
		assertThat(work[0].state("target")).isEqualTo(ServiceState.STOPPED);
		assertThat(status(work[0], "target")).isEqualTo(new EventStatus(0, 3, 3, 0));
		assertThat(work[0].engine.work("target").failures()).isEmpty();
		this.services.told.clear();
		perform(work[0], ServiceAction.START, "target");
		assertThat(this.services.told).containsExactly("second:b", "first:c", "second:c");
	}

	@Test
	void hookThatFailsIsReportedAndDeliveryGoesOn() {
		SteppedWork work = work(10, this.services.service("source"),
				this.services.service("target", EventServices.hook("", String.class, EventPolicy.BUFFER, (event) -> {
					throw new IllegalStateException("no " + event);
				}), this.services.hook("other", "", EventPolicy.BUFFER)))
			.start();
		emit("source", "a", "b");
		work.run();
		assertThat(this.services.told).containsExactly("other:a", "other:b");
		assertThat(work.events(LifecycleEvent.WorkFailed.class)).extracting(LifecycleEvent.WorkFailed::failure)
			.allSatisfy((failure) -> {
				assertThat(failure.kind()).isEqualTo(WorkKind.HOOK);
				assertThat(failure.name()).isEqualTo("onString");
				assertThat(failure.service()).isEqualTo("target");
			})
			.extracting(ServiceFailure::cause)
			.extracting(Throwable::getMessage)
			.containsExactly("no a", "no b");
		assertThat(work.state("target")).isEqualTo(ServiceState.RUNNING);
		assertThat(status(work, "target")).isEqualTo(new EventStatus(0, 4, 0, 0));
	}

	@Test
	void emitCarriesTheContextOfTheCaller() {
		List<String> seen = new ArrayList<>();
		SteppedWork work = work(10, this.services.service("source"), this.services.service("target",
				EventServices.hook("", String.class, EventPolicy.BUFFER, (event) -> seen.add(this.carried.get()))))
			.start();
		this.carried.set("mine");
		emit("source", "a");
		this.carried.set("injected");
		work.engine.emit("source", "b");
		this.carried.remove();
		work.run();
		assertThat(seen).containsExactly("mine", "injected");
	}

	@Test
	void exposedEventsAreToldInOrderWhetherHookedOrNot() {
		SteppedWork work = work(10, this.services.service("source", (context) -> context.events().emit(new Circle())))
			.start();
		Circle second = new Circle();
		emit("source", second, "internal");
		work.engine.emit("source", new Square());
		work.run();
		assertThat(work.events(LifecycleEvent.Emitted.class)).hasSize(3)
			.allSatisfy((emitted) -> assertThat(emitted.source()).isEqualTo("source"))
			.extracting(LifecycleEvent.Emitted::event)
			.satisfies((events) -> assertThat(events.get(1)).isSameAs(second))
			.hasExactlyElementsOfTypes(Circle.class, Circle.class, Square.class);
	}

	@Test
	void subscriptionEndsWithItsIncarnation() {
		SteppedWork work = work(10, this.services.service("source"),
				this.services.service("target",
						(context) -> context.events()
							.on(String.class, (event) -> this.services.told.add(context.attempt() + ":" + event))))
			.start();
		work.hold((unit) -> true);
		emit("source", "a");
		work.run();
		emit("source", "b");
		work.engine.perform(ServiceAction.STOP, "target");
		work.hold((unit) -> false);
		work.finish();
		emit("source", "c");
		perform(work, ServiceAction.START, "target");
		assertThat(this.services.told).isEmpty();
		assertThat(status(work, "target")).isEqualTo(new EventStatus(0, 0, 0, 2));
		emit("source", "d");
		work.run();
		assertThat(this.services.told).containsExactly("1:d");
	}

	@Test
	void subscriptionOfAServiceThatStartsHoldsUntilItRuns() {
		SteppedWork work = work(10, this.services.service("source"), this.services.service("target", (context) -> {
			context.events().on("source", String.class, this.services.told::add);
			if (context.attempt() == 1) {
				throw new IllegalStateException("not yet");
			}
			emit("source", "a");
			assertThat(this.services.told).isEmpty();
		})).start();
		work.pass(Duration.ofMinutes(1));
		assertThat(this.services.told).containsExactly("a");
	}

	@Test
	void onWhenItsEventsAreKnownToGoElsewhereIsReachedByTheNextUntilItIsClosed() {
		SteppedWork work = work(10, this.services.service("source"), this.services.service("target"),
				this.services.listener("other", EventPolicy.BUFFER))
			.start();
		emit("source", "a");
		work.run();
		ServiceEvents.Subscription subscription = this.services.events("target")
			.on("source", String.class, (event) -> this.services.told.add("target:" + event));
		emit("source", "b");
		work.run();
		subscription.close();
		emit("source", "c");
		work.run();
		assertThat(this.services.told).containsExactlyInAnyOrder("other:a", "other:b", "target:b", "other:c");
		assertThat(status(work, "target")).isEqualTo(new EventStatus(0, 1, 0, 0));
	}

	@Test
	void closeDropsWhatIsHeld() {
		SteppedWork work = work(10, this.services.service("source"), this.services.service("target")).start();
		ServiceEvents.Subscription subscription = this.services.events("target")
			.on(String.class, this.services.told::add);
		this.services.events("target").on(Object.class, (event) -> this.services.told.add("other:" + event));
		work.hold((unit) -> true);
		emit("source", "a");
		work.run();
		emit("source", "b");
		subscription.close();
		subscription.close();
		assertThat(status(work, "target")).isEqualTo(new EventStatus(0, 0, 3, 1));
		work.hold((unit) -> false);
		work.finish();
		assertThat(this.services.told).containsExactly("other:a", "other:b");
		assertThat(status(work, "target")).isEqualTo(new EventStatus(0, 2, 0, 2));
	}

	@Test
	void onWhenThereIsNoSuchSourceNamesTheNearest() {
		work(10, this.services.service("source")).start();
		assertThatExceptionOfType(ServiceException.class)
			.isThrownBy(() -> this.services.events("source").on("sorce", String.class, (event) -> {
			}))
			.withMessageContaining("Did you mean 'source'?");
	}

	@Test
	void emitInsideHookComesAfter() {
		SteppedWork work = work(1, this.services.service("source"),
				this.services.service("target", this.services.hook("target", "", EventPolicy.BUFFER),
						EventServices.hook("", String.class, EventPolicy.BUFFER, (event) -> {
							if (event.toString().length() < 5) {
								emit("target", event + "+");
							}
						})))
			.start();
		emit("source", "a");
		work.run();
		assertThat(this.services.told).containsExactly("target:a", "target:a+", "target:a++", "target:a+++",
				"target:a++++");
	}

	@Test
	void deliveryWhenThereAreManyTakesThemInSeveralRuns() {
		SteppedWork work = work(1000, this.services.service("source"),
				this.services.listener("target", EventPolicy.BUFFER))
			.start();
		perform(work, ServiceAction.STOP, "target");
		List<String> expected = new ArrayList<>();
		for (int event = 0; event < 500; event++) {
			emit("source", "e" + event);
			expected.add("target:e" + event);
		}
		perform(work, ServiceAction.START, "target");
		assertThat(this.services.told).containsExactlyElementsOf(expected);
	}

	@ExposedEvent
	private interface Round {

	}

	private abstract static class Shape {

	}

	private static final class Circle extends Shape implements Round {

	}

	@ExposedEvent
	private static class Quad extends Shape {

	}

	private static final class Square extends Quad {

	}

	private record Changed<T>(T value, Class<?> type) implements ResolvableTypeProvider {

		@Override
		public ResolvableType getResolvableType() {
			return ResolvableType.forClassWithGenerics(Changed.class, this.type);
		}

	}

}
