package io.managedservices.work;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.core.ResolvableTypeProvider;

import io.managedservices.ExposedEvent;

/**
 * What is known of a type of events: whether it is exposed, and where its events go, kept
 * until hooks change. Confined to the coordinator.
 */
final class EventType {

	private final ResolvableType type;

	private final Set<Class<?>> types = new LinkedHashSet<>();

	private final boolean exposed;

	private final Map<String, Route> bySource = new HashMap<>();

	private List<Hook> hooks = List.of();

	/** Where they all go, if no hook asks for a source. */
	private @Nullable Route shared;

	private long version = -1;

	/**
	 * Create a type.
	 * @param key what {@link #key} has told
	 */
	EventType(Object key) {
		this.type = typeOf(key);
		collect(this.type.toClass());
		this.exposed = this.types.stream().anyMatch((each) -> each.isAnnotationPresent(ExposedEvent.class));
	}

	/**
	 * What an event's type is found by: its class, or what it tells itself, since a class
	 * alone does not say what it was made with. Calls the event, so not inside the
	 * coordinator.
	 * @param event the event
	 * @return the class or type
	 */
	static Object key(Object event) {
		ResolvableType told = (event instanceof ResolvableTypeProvider provider) ? provider.getResolvableType() : null;
		return (told != null) ? told : event.getClass();
	}

	static ResolvableType typeOf(Object key) {
		return (key instanceof ResolvableType type) ? type : ResolvableType.forClass((Class<?>) key);
	}

	private void collect(@Nullable Class<?> type) {
		if (type != null && this.types.add(type)) {
			collect(type.getSuperclass());
			for (Class<?> implemented : type.getInterfaces()) {
				collect(implemented);
			}
			Class<?> component = type.getComponentType();
			if (component != null && !component.isPrimitive()) {
				collectArrays(component);
			}
		}
	}

	// An array is one of whatever its components are.
	private void collectArrays(Class<?> component) {
		Class<?> parent = component.isInterface() ? Object.class : component.getSuperclass();
		if (parent != null) {
			collect(parent.arrayType());
		}
		for (Class<?> implemented : component.getInterfaces()) {
			collect(implemented.arrayType());
		}
		Class<?> inner = component.getComponentType();
		if (inner != null && !inner.isPrimitive()) {
			EventType ofComponent = new EventType(component);
			ofComponent.types.forEach((each) -> collect(each.arrayType()));
		}
	}

	boolean isExposed() {
		return this.exposed;
	}

	/**
	 * Where an event of a source goes.
	 * @param source the name of the source
	 * @param all the hooks of all services by the type that they ask for
	 * @param current changes whenever these do
	 * @return the route
	 */
	Route route(String source, Map<Class<?>, Set<Hook>> all, long current) {
		if (this.version != current) {
			this.version = current;
			match(all);
		}
		Route known = this.shared;
		return (known != null) ? known : this.bySource.computeIfAbsent(source,
				(name) -> Route.to(this.hooks.stream().filter((hook) -> hook.takesFrom(name)).toList()));
	}

	private void match(Map<Class<?>, Set<Hook>> all) {
		this.bySource.clear();
		this.hooks = this.types.stream()
			.map(all::get)
			.filter(Objects::nonNull)
			.flatMap(Set::stream)
			.filter((hook) -> hook.takes(this.type))
			.sorted(Comparator.comparingLong((hook) -> hook.number))
			.toList();
		this.shared = this.hooks.stream().allMatch((hook) -> hook.source.isEmpty()) ? Route.to(this.hooks) : null;
	}

}
