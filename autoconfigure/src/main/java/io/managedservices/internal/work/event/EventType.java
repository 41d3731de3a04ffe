// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.core.ResolvableTypeProvider;

import io.managedservices.event.ExposedEvent;

/**
 * What is known of a type of events: whether it is exposed, and where its events go, kept
 * until hooks change. Confined to the coordinator, but for {@link #known}.
 */
final class EventType {

	private final ResolvableType type;

	private final Set<Class<?>> types = new LinkedHashSet<>();

	private final boolean exposed;

	/** Others whenever hooks have changed. */
	private volatile Routes routes = Routes.NONE;

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
		if (!this.routes.isOf(current)) {
			this.routes = new Routes(current, match(all));
		}
		return this.routes.to(source);
	}

	/**
	 * Where an event of a source goes, if that is known. Any thread may ask.
	 * @param source the name of the source
	 * @param current as of {@link #route}
	 * @return the route, or {@code null} if it has not been looked for since hooks have
	 * changed
	 */
	@Nullable Route known(String source, long current) {
		Routes present = this.routes;
		return present.isOf(current) ? present.known(source) : null;
	}

	private List<Hook> match(Map<Class<?>, Set<Hook>> all) {
		return this.types.stream()
			.map(all::get)
			.filter(Objects::nonNull)
			.flatMap(Set::stream)
			.filter((hook) -> hook.takes(this.type))
			.sorted(Comparator.comparingLong((hook) -> hook.number))
			.toList();
	}

}
