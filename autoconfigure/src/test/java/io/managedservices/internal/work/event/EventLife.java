// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

import io.managedservices.ServiceContext;
import io.managedservices.event.EventPolicy;
import io.managedservices.event.EventRefusedException;
import io.managedservices.event.ServiceEvents.Subscription;
import io.managedservices.internal.call.HeldCall;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceHook;
import io.managedservices.internal.work.SteppedWork;
import io.managedservices.internal.work.WorkSettings;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.WorkSnapshot.EventStatus;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A life of a few services that emit and hook events at random, are stopped, restarted
 * and fail, in virtual time. Knows for each event which hooks there are for it, and
 * checks what becomes of it. For use by one thread.
 */
final class EventLife {

	private static final int STEPS = 120;

	private final Random random;

	private final SteppedWork work;

	private final List<String> names = new ArrayList<>();

	private final List<Listener> listeners = new ArrayList<>();

	private final Map<String, ServiceContext> contexts = new HashMap<>();

	private final List<ServiceContext> ended = new ArrayList<>();

	private final Set<Numbered> tooLate = new HashSet<>();

	private final Map<String, Integer> numbers = new HashMap<>();

	private final Map<String, Long> matched = new HashMap<>();

	private final Map<String, Long> emitted = new HashMap<>();

	private final Map<String, String> inside = new HashMap<>();

	/** What a hook found: what it throws is a failure of its service. */
	private final List<AssertionError> violations = new ArrayList<>();

	private final boolean decorated;

	/** Of the thread of the test: the event that it emits or is told. */
	private @Nullable Object context;

	private int chain;

	EventLife(long seed) {
		this.random = new Random(seed);
		int size = 2 + this.random.nextInt(4);
		for (int index = 0; index < size; index++) {
			this.names.add("s" + index);
		}
		this.decorated = this.random.nextBoolean();
		UnaryOperator<Runnable> decorator = this.decorated ? this::carry : null;
		this.work = new SteppedWork(seed, WorkSettings.DEFAULTS, decorator,
				this.names.stream().map(this::service).toList());
		this.work.hold((unit) -> this.random.nextInt(3) == 0);
	}

	private Runnable carry(Runnable body) {
		Object captured = this.context;
		return () -> {
			Object before = this.context;
			this.context = captured;
			body.run();
			this.context = before;
		};
	}

	private ServiceDefinition service(String name) {
		List<ServiceHook> hooks = new ArrayList<>();
		for (int count = this.random.nextInt(4); count > 0; count--) {
			EventPolicy policy = EventPolicy.values()[this.random.nextInt(3)];
			Listener listener = new Listener(name, anySource(), this.random.nextBoolean(), null);
			this.listeners.add(listener);
			hooks.add(new ServiceHook("hook" + count, listener.source, ResolvableType.forClass(listener.type()), policy,
					buffer(policy), (event, origin, incarnation) -> told(listener, (Numbered) event)));
		}
		ServiceDefinition plain = SteppedWork.service(name, (context) -> start(name, context));
		return new ServiceDefinition(plain.descriptor(), plain.instance(), plain.callbacks(),
				plain.settings().withEventBuffer(1 + this.random.nextInt(6)), null, hooks);
	}

	private int buffer(EventPolicy policy) {
		boolean own = policy == EventPolicy.BUFFER && this.random.nextBoolean();
		return own ? 1 + this.random.nextInt(4) : ServiceHook.OF_SERVICE;
	}

	private String anySource() {
		return this.random.nextBoolean() ? "" : any();
	}

	private String any() {
		return this.names.get(this.random.nextInt(this.names.size()));
	}

	private void start(String name, ServiceContext context) {
		ServiceContext before = this.contexts.put(name, context);
		if (before != null) {
			this.ended.add(before);
		}
		while (this.random.nextInt(3) == 0) {
			subscribe(name, context);
		}
		while (this.random.nextInt(3) == 0) {
			emit(name, context);
		}
		if (this.random.nextInt(5) == 0) {
			throw new IllegalStateException("start fails");
		}
	}

	private void subscribe(String name, ServiceContext context) {
		Listener listener = new Listener(name, anySource(), this.random.nextBoolean(), context);
		if (context.isStopping()) {
			return;
		}
		listener.subscription = listener.source.isEmpty()
				? context.events().on(listener.type(), (event) -> told(listener, (Numbered) event))
				: context.events().on(listener.source, listener.type(), (event) -> told(listener, (Numbered) event));
		this.listeners.add(listener);
	}

	private void emit(String name, @Nullable ServiceContext context) {
		int number = this.numbers.merge(name, 1, Integer::sum);
		Numbered event = this.random.nextBoolean() ? new Even(name, number, context == null)
				: new Odd(name, number, context == null);
		this.emitted.merge(name, 1L, Long::sum);
		if (context != null && context.isStopping()) {
			this.tooLate.add(event);
		}
		for (Listener listener : this.listeners) {
			if (listener.takes(event)) {
				this.matched.merge(listener.service, 1L, Long::sum);
			}
		}
		Object before = this.context;
		this.context = event;
		try {
			if (context != null) {
				context.events().emit(event);
			}
			else {
				this.work.engine.emit(name, event);
			}
		}
		catch (EventRefusedException ex) {
			assertThat(ex.services()).isNotEmpty();
		}
		finally {
			this.context = before;
		}
	}

	private void told(Listener listener, Numbered event) {
		try {
			checkTold(listener, event);
		}
		catch (AssertionError ex) {
			this.violations.add(ex);
		}
		if (this.chain++ < STEPS && this.random.nextInt(4) == 0) {
			emit(listener.service, this.contexts.get(listener.service));
		}
		if (this.random.nextInt(30) == 0) {
			this.work.engine.perform(ServiceAction.RESTART, any());
		}
		this.inside.remove(listener.service);
		if (this.random.nextInt(6) == 0) {
			throw new IllegalStateException("hook fails");
		}
	}

	private void checkTold(Listener listener, Numbered event) {
		assertThat(this.work.state(listener.service)).as("target of %s", event).isEqualTo(ServiceState.RUNNING);
		if (!event.injected()) {
			assertThat(this.work.state(event.source())).as("source of %s", event).isEqualTo(ServiceState.RUNNING);
		}
		assertThat(this.tooLate).as("emitted by one that has ended").doesNotContain(event);
		assertThat(listener.closed || !listener.isOpen()).as("subscription that has ended").isFalse();
		assertThat(this.inside.put(listener.service, event.toString())).as("two hooks at once").isNull();
		if (this.decorated) {
			assertThat(this.context).as("context of %s", event).isSameAs(event);
		}
		assertThat(listener.told.add(event)).as("told twice: %s", event).isTrue();
		// An injected one may come before those that wait for their source.
		String lane = event.source() + (event.injected() ? " injected" : "");
		Integer before = listener.last.put(lane, event.number());
		assertThat((before != null) ? before : -1).as("order of %s", event).isLessThan(event.number());
	}

	void live() {
		this.work.engine.start();
		for (int step = 0; step < STEPS; step++) {
			step();
		}
		this.work.hold((unit) -> false);
		settle();
		check();
		this.names.forEach((name) -> this.work.engine.perform(ServiceAction.START, name));
		while (!this.names.stream().allMatch((name) -> this.work.state(name) == ServiceState.RUNNING)) {
			this.names.stream()
				.filter((name) -> this.work.state(name) == ServiceState.FAILED)
				.forEach((name) -> this.work.engine.perform(ServiceAction.RETRY, name));
			this.work.pass(Duration.ofMinutes(1));
		}
		settle();
		check();
		for (String name : this.names) {
			assertThat(status(name).held()).as("held by %s while all run", name).isZero();
		}
		this.work.engine.stop();
		settle();
		check();
	}

	private void step() {
		String name = any();
		switch (this.random.nextInt(12)) {
			case 0 -> this.work.engine.perform(ServiceAction.STOP, name);
			case 1 -> this.work.engine.perform(ServiceAction.START, name);
			case 2 -> this.work.engine.perform(ServiceAction.RESTART, name);
			case 3 -> emit(name, null);
			case 4 -> ofAnIncarnation(name);
			case 5 -> runSome();
			case 6 -> {
				if (!this.work.held().isEmpty()) {
					HeldCall.finish(this.work.held().remove());
				}
			}
			case 7 -> this.work.pass(Duration.ofSeconds(this.random.nextInt(3)));
			case 8 -> close();
			default -> emitOf(name);
		}
	}

	private void ofAnIncarnation(String name) {
		ServiceContext context = this.contexts.get(name);
		if (context != null) {
			subscribe(name, context);
		}
	}

	private void emitOf(String name) {
		ServiceContext context = this.contexts.get(name);
		if (context != null) {
			emit(name, context);
		}
		if (!this.ended.isEmpty() && this.random.nextInt(4) == 0) {
			ServiceContext old = this.ended.get(this.random.nextInt(this.ended.size()));
			emit(old.name(), old);
		}
	}

	private void close() {
		List<Listener> open = this.listeners.stream().filter((listener) -> listener.subscription != null).toList();
		if (!open.isEmpty()) {
			Listener closed = open.get(this.random.nextInt(open.size()));
			closed.closed = true;
			closed.subscription.close();
		}
	}

	private void runSome() {
		for (int count = this.random.nextInt(4); count > 0; count--) {
			Runnable task = this.work.backend.takeTask();
			if (task != null) {
				task.run();
			}
		}
	}

	private void settle() {
		while (this.work.backend.hasTasks() || !this.work.held().isEmpty()) {
			this.work.run();
			if (!this.work.held().isEmpty()) {
				this.work.finish();
			}
		}
	}

	private void check() {
		assertThat(this.violations).isEmpty();
		for (String name : this.names) {
			EventStatus status = status(name);
			long delivered = this.listeners.stream()
				.filter((listener) -> listener.service.equals(name))
				.mapToLong((listener) -> listener.told.size())
				.sum();
			assertThat(status.emitted()).as("emitted by %s", name).isEqualTo(this.emitted.getOrDefault(name, 0L));
			assertThat(status.delivered()).as("delivered to %s", name).isEqualTo(delivered);
			assertThat(status.delivered() + status.held() + status.dropped()).as("all for %s: %s", name, status)
				.isEqualTo(this.matched.getOrDefault(name, 0L));
		}
	}

	private EventStatus status(String name) {
		return this.work.engine.work(name).events();
	}

	/** An event that knows its place among those of its source. */
	private interface Numbered {

		String source();

		int number();

		boolean injected();

	}

	private record Even(String source, int number, boolean injected) implements Numbered {

	}

	private record Odd(String source, int number, boolean injected) implements Numbered {

	}

	/**
	 * A hook, as the test knows it.
	 */
	private static final class Listener {

		private final String service;

		private final String source;

		private final boolean takesAll;

		private final @Nullable ServiceContext incarnation;

		private final Set<Numbered> told = new HashSet<>();

		private final Map<String, Integer> last = new HashMap<>();

		private @Nullable Subscription subscription;

		private boolean closed;

		Listener(String service, String source, boolean takesAll, @Nullable ServiceContext incarnation) {
			this.service = service;
			this.source = source;
			this.takesAll = takesAll;
			this.incarnation = incarnation;
		}

		Class<? extends Numbered> type() {
			return this.takesAll ? Numbered.class : Even.class;
		}

		boolean isOpen() {
			return this.incarnation == null || !this.incarnation.isStopping();
		}

		boolean takes(Numbered event) {
			return !this.closed && isOpen() && type().isInstance(event)
					&& (this.source.isEmpty() || this.source.equals(event.source()));
		}

	}

}
