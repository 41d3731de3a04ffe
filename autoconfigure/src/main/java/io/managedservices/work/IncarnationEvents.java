package io.managedservices.work;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceEvents;
import io.managedservices.WorkKind;

/**
 * The events of one incarnation, as the service sees them. Entered by any thread.
 */
final class IncarnationEvents implements ServiceEvents {

	private final WorkScope scope;

	IncarnationEvents(WorkScope scope) {
		this.scope = scope;
	}

	@Override
	public void emit(Object event) {
		if (event == null) {
			throw new IllegalArgumentException(
					"The event that service '%s' emits is required: found 'null'".formatted(this.scope.serviceName()));
		}
		this.scope.workload().engine().events().emit(this.scope, event);
	}

	@Override
	public <E> Subscription on(Class<E> type, EventHook<? super E> hook) {
		require(type, hook);
		return this.scope.workload().engine().events().subscribe(this.scope, "", type, hook);
	}

	@Override
	public <E> Subscription on(String source, Class<E> type, EventHook<? super E> hook) {
		require(type, hook);
		// One that is empty would hook those of all services.
		Required.text(source, "source", this.scope, WorkKind.HOOK, type.getSimpleName());
		return this.scope.workload().engine().events().subscribe(this.scope, source, type, hook);
	}

	private void require(@Nullable Class<?> type, @Nullable EventHook<?> hook) {
		Class<?> given = Required.of(type, "type", this.scope, WorkKind.HOOK, null);
		Required.of(hook, "body", this.scope, WorkKind.HOOK, given.getSimpleName());
	}

}
