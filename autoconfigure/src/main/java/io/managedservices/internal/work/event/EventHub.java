// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.managedservices.event.EventPolicy;
import io.managedservices.event.EventRefusedException;
import io.managedservices.event.EventRefusedException.Refusal;
import io.managedservices.event.ServiceEvents.Subscription;
import io.managedservices.internal.call.Command;
import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.engine.work.WorkOwner;
import io.managedservices.internal.graph.ServiceHook;
import io.managedservices.internal.work.core.WorkEnvironment;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.internal.work.core.Workplace;

/**
 * Knows the hooks of all services, and brings events to their mailboxes. Any thread may
 * emit and subscribe, which becomes a command, and look up the routes that are known; all
 * else is confined to the coordinator.
 *
 * @since 0.1.0
 */
public final class EventHub {

	/** How many events may be on their way to the mailboxes before emitters wait. */
	private static final int MAX_UNDER_WAY = 256;

	private final WorkEnvironment environment;

	private final IdentityHashMap<WorkOwner, Outbox> outboxes = new IdentityHashMap<>();

	private final Map<Class<?>, Set<Hook>> hooks = new HashMap<>();

	/** By what {@link EventType#key} tells of their events. Any thread looks into it. */
	private final Map<Object, EventType> types = new ConcurrentHashMap<>();

	private final RefusingHooks refusing = new RefusingHooks();

	/** How many events were emitted that have not come to the mailboxes. */
	private final AtomicInteger underWay = new AtomicInteger();

	private long hookNumber;

	/** Changes whenever the hooks do, before whoever subscribes one goes on. */
	private final AtomicLong version = new AtomicLong();

	/**
	 * Create a hub.
	 * @param environment that of all services
	 */
	public EventHub(WorkEnvironment environment) {
		this.environment = environment;
	}

	/**
	 * Takes over a service and its declared hooks.
	 * @param workplace that of the service
	 * @return its mailbox
	 */
	public Mailbox add(Workplace workplace) {
		Mailbox mailbox = new Mailbox(workplace, this::remove);
		this.outboxes.put(workplace.owner(), mailbox.outbox());
		for (ServiceHook declared : workplace.owner().definition().hooks()) {
			add(mailbox, declared);
		}
		return mailbox;
	}

	/**
	 * Forgets a service and its hooks. What waits for them, or until it runs, is dropped.
	 * @param workplace that of the service
	 */
	public void remove(Workplace workplace) {
		Outbox outbox = this.outboxes.remove(workplace.owner());
		if (outbox != null) {
			List<Hook> own = this.hooks.values()
				.stream()
				.flatMap(Set::stream)
				.filter((hook) -> hook.mailbox.outbox() == outbox)
				.toList();
			own.forEach((hook) -> {
				hook.close();
				remove(hook);
				hook.mailbox.dropClosed();
			});
			outbox.forget();
			Set<Mailbox> mailboxes = new LinkedHashSet<>();
			this.hooks.values().forEach((all) -> all.forEach((hook) -> mailboxes.add(hook.mailbox)));
			mailboxes.forEach((mailbox) -> mailbox.dropFrom(outbox));
		}
	}

	private Hook add(Mailbox mailbox, ServiceHook described) {
		Hook hook = new Hook(mailbox, described, this.hookNumber++);
		this.hooks.computeIfAbsent(hook.type, (type) -> new LinkedHashSet<>()).add(hook);
		this.version.incrementAndGet();
		if (hook.policy == EventPolicy.FAIL) {
			this.refusing.add(hook);
		}
		return hook;
	}

	void remove(Hook hook) {
		Set<Hook> ofType = this.hooks.get(hook.type);
		if (ofType != null && ofType.remove(hook)) {
			this.version.incrementAndGet();
			this.refusing.remove(hook);
			if (ofType.isEmpty()) {
				this.hooks.remove(hook.type);
			}
		}
	}

	/**
	 * Emits an event of an incarnation. Any thread may call.
	 * @param source the service
	 * @param scope the work of the incarnation
	 * @param event the event
	 * @throws EventRefusedException if a hook whose policy is to fail cannot take it
	 */
	void emit(Outbox source, WorkScope scope, Object event) {
		Object typeKey = EventType.key(event);
		EventContexts contexts = scope.isEnded() ? EventContexts.NONE : captureContexts(scope.serviceName(), typeKey);
		Emission emission = new Emission(source, scope, event, typeKey, contexts);
		boolean mayBeRefused = this.refusing.take(scope.serviceName(), typeKey);
		// Who emits faster than events can be put into mailboxes waits for that, which
		// never waits for anything: else they would pile up where nothing bounds them.
		if (!mayBeRefused && this.underWay.get() < MAX_UNDER_WAY) {
			this.underWay.incrementAndGet();
			this.environment.coordination().submit(Command.of(() -> {
				this.underWay.decrementAndGet();
				bring(emission);
			}));
			this.environment.added();
			return;
		}
		List<Refusal> refused = this.environment.coordination().ask(() -> bring(emission));
		this.environment.added();
		if (!refused.isEmpty()) {
			throw new EventRefusedException(scope.serviceName(), event, refused);
		}
	}

	private EventContexts captureContexts(String source, Object typeKey) {
		UnaryOperator<Runnable> decorator = this.environment.decorator();
		Surrounding surrounding = this.environment.surrounding();
		Object origin = (surrounding != null) ? surrounding.origin() : null;
		if (decorator == null) {
			return EventContexts.of(origin);
		}
		Route known = known(typeKey, source);
		// Only the coordinator finds out who takes it, only this thread has the context.
		Route route = (known != null) ? known : this.environment.coordination().ask(() -> route(type(typeKey), source));
		return EventContexts.capture(decorator, route.addresses(), origin);
	}

	private @Nullable Route known(Object typeKey, String source) {
		// One that is out of date when the event is brought does no harm: a hook that has
		// come since is as one that was subscribed later, and one that has gone is not in
		// the route by which it is brought.
		EventType type = this.types.get(typeKey);
		return (type != null) ? type.known(source, this.version.get()) : null;
	}

	/**
	 * Injects an event as one of a service. Any thread may call.
	 * @param source the name of the service
	 * @param event the event
	 * @return does it inside the coordinator, and tells which services refused it, and
	 * why
	 */
	public Function<WorkOwner, List<Refusal>> injection(String source, Object event) {
		Object typeKey = EventType.key(event);
		EventContexts contexts = captureContexts(source, typeKey);
		return (owner) -> bring(
				new Emission(Objects.requireNonNull(this.outboxes.get(owner)), null, event, typeKey, contexts));
	}

	private List<Refusal> bring(Emission emitted) {
		EventType type = type(emitted.typeKey());
		Emission emission = type.isExposed() ? emitted.asExposed() : emitted;
		WorkScope scope = emission.scope();
		boolean tooLate = scope != null && scope.isEnded();
		boolean early = scope != null && !scope.hasRun();
		Outbox source = emission.source();
		source.count();
		if (type.isExposed() && !tooLate) {
			source.expose(emission.event());
		}
		List<Refusal> refused = new ArrayList<>(0);
		for (Route.Address address : route(type, source.serviceName()).addresses()) {
			if (emission.contexts().reach(address.mailbox())) {
				if (early) {
					source.waitsIn(address.mailbox());
				}
				Refusal refusal = tooLate ? address.drop() : address.deliver(emission);
				if (refusal != null) {
					refused.add(refusal);
				}
			}
		}
		return refused;
	}

	private EventType type(Object key) {
		return this.types.computeIfAbsent(key, EventType::new);
	}

	private Route route(EventType type, String source) {
		return type.route(source, this.hooks, this.version.get());
	}

	/**
	 * Subscribes to events until an incarnation has ended. Any thread may call.
	 * @param mailbox that of the service
	 * @param scope the work of the incarnation
	 * @param described the hook
	 * @return ends it
	 */
	Subscription subscribe(Mailbox mailbox, WorkScope scope, ServiceHook described) {
		return this.environment.coordination().ask(() -> begin(mailbox, scope, described));
	}

	private Subscription begin(Mailbox mailbox, WorkScope scope, ServiceHook described) {
		if (!described.source().isEmpty()) {
			scope.workplace().owner().named(described.source());
		}
		if (scope.isEnded()) {
			return () -> {
			};
		}
		Hook hook = add(mailbox, described);
		hook.mailbox.subscribe(hook);
		return () -> {
			hook.close();
			this.environment.coordination().submit(Command.of(() -> {
				remove(hook);
				hook.mailbox.unsubscribe(hook);
			}));
		};
	}

}
