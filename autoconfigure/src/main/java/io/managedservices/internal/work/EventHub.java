// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

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
import io.managedservices.internal.engine.WorkOwner;
import io.managedservices.internal.graph.ServiceHook;

/**
 * Knows the hooks of all services, and brings events to their mailboxes. Any thread may
 * emit and subscribe, which becomes a command, and look up the routes that are known; all
 * else is confined to the coordinator.
 */
final class EventHub {

	/** How many events may be on their way to the mailboxes before emitters wait. */
	private static final int MAX_UNDER_WAY = 256;

	private final WorkEngine engine;

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

	EventHub(WorkEngine engine) {
		this.engine = engine;
	}

	/**
	 * Takes over the declared hooks of a service.
	 * @param workload the work of the service
	 */
	void add(ServiceWorkload workload) {
		this.outboxes.put(workload.owner(), workload.mailbox().outbox());
		for (ServiceHook declared : workload.owner().definition().hooks()) {
			add(workload, declared);
		}
	}

	private Hook add(ServiceWorkload workload, ServiceHook described) {
		Hook hook = new Hook(workload.mailbox(), described, this.hookNumber++);
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
	 * @param scope the work of the incarnation
	 * @param event the event
	 * @throws EventRefusedException if a hook whose policy is to fail cannot take it
	 */
	void emit(WorkScope scope, Object event) {
		Object typeKey = EventType.key(event);
		EventContexts contexts = scope.isEnded() ? EventContexts.NONE : captureContexts(scope.serviceName(), typeKey);
		Emission emission = new Emission(scope.workload().mailbox().outbox(), scope, event, typeKey, contexts);
		boolean mayBeRefused = this.refusing.take(scope.serviceName(), typeKey);
		// Who emits faster than events can be put into mailboxes waits for that, which
		// never waits for anything: else they would pile up where nothing bounds them.
		if (!mayBeRefused && this.underWay.get() < MAX_UNDER_WAY) {
			this.underWay.incrementAndGet();
			this.engine.coordination().submit(Command.of(() -> {
				this.underWay.decrementAndGet();
				bring(emission);
			}));
			return;
		}
		List<Refusal> refused = this.engine.coordination().ask(() -> bring(emission));
		if (!refused.isEmpty()) {
			throw new EventRefusedException(scope.serviceName(), event, refused);
		}
	}

	private EventContexts captureContexts(String source, Object typeKey) {
		UnaryOperator<Runnable> decorator = this.engine.decorator();
		if (decorator == null) {
			return EventContexts.NONE;
		}
		Route known = known(typeKey, source);
		// Only the coordinator finds out who takes it, only this thread has the context.
		Route route = (known != null) ? known : this.engine.coordination().ask(() -> route(type(typeKey), source));
		return EventContexts.capture(decorator, route.addresses());
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
	Function<WorkOwner, List<Refusal>> injection(String source, Object event) {
		Object typeKey = EventType.key(event);
		EventContexts contexts = captureContexts(source, typeKey);
		return (owner) -> bring(
				new Emission(Objects.requireNonNull(this.outboxes.get(owner)), null, event, typeKey, contexts));
	}

	private List<Refusal> bring(Emission emission) {
		WorkScope scope = emission.scope();
		boolean tooLate = scope != null && scope.isEnded();
		boolean early = scope != null && !scope.hasRun();
		Outbox source = emission.source();
		source.count();
		EventType type = type(emission.typeKey());
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
	 * @param scope the work of the incarnation
	 * @param described the hook
	 * @return ends it
	 */
	Subscription subscribe(WorkScope scope, ServiceHook described) {
		return this.engine.coordination().ask(() -> begin(scope, described));
	}

	private Subscription begin(WorkScope scope, ServiceHook described) {
		if (!described.source().isEmpty()) {
			scope.workload().owner().named(described.source());
		}
		if (scope.isEnded()) {
			return () -> {
			};
		}
		Hook hook = add(scope.workload(), described);
		hook.mailbox.subscribe(scope, hook);
		return () -> {
			hook.close();
			this.engine.coordination().submit(Command.of(() -> {
				remove(hook);
				hook.mailbox.unsubscribe(hook);
			}));
		};
	}

	/**
	 * A service has come to run.
	 * @param workload its work
	 */
	void running(ServiceWorkload workload) {
		workload.mailbox().resume();
		workload.mailbox().outbox().resume();
	}

}
