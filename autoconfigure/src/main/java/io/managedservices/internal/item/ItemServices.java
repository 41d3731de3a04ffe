// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

import io.managedservices.ServiceContext;
import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.declare.ServiceExtension;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.item.ItemService;
import io.managedservices.item.ItemsSnapshot;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;

/**
 * The item services of the application: makes services that process items of the beans
 * that implement {@link ItemService}, and knows how their items are. Safe for use by
 * several threads.
 *
 * @since 0.1.0
 */
public final class ItemServices implements ServiceExtension {

	private static final Set<Class<?>> ID_TYPES = Set.of(Long.class, UUID.class, String.class);

	private final ItemEngine engine;

	private final Configuration configuration;

	private final ItemSchedulerInjection injection;

	private final Supplier<@Nullable Surrounding> surrounding;

	private final Map<String, ServedItems<?>> services = new ConcurrentSkipListMap<>();

	/** Whether those that there are at the start are known. */
	private volatile boolean discovered;

	/**
	 * Create item services.
	 * @param engine processes their items
	 * @param configuration what is configured of each service
	 * @param injection where schedulers of items are injected
	 */
	public ItemServices(ItemEngine engine, Configuration configuration, ItemSchedulerInjection injection) {
		this(engine, configuration, injection, () -> null);
	}

	/**
	 * Create item services that have something around the processing of each item.
	 * @param engine processes their items
	 * @param configuration what is configured of each service
	 * @param injection where schedulers of items are injected
	 * @param surrounding what is put around the processing, asked at each start
	 */
	public ItemServices(ItemEngine engine, Configuration configuration, ItemSchedulerInjection injection,
			Supplier<@Nullable Surrounding> surrounding) {
		this.engine = engine;
		this.configuration = configuration;
		this.injection = injection;
		this.surrounding = surrounding;
	}

	/**
	 * The names of the item services.
	 * @return the names, sorted
	 */
	public Set<String> names() {
		return Collections.unmodifiableSet(this.services.keySet());
	}

	/**
	 * How the items of a service are.
	 * @param service the name of the service
	 * @return a snapshot, or {@code null} if it is no item service or was never started
	 */
	public @Nullable ItemsSnapshot snapshot(String service) {
		ServedItems<?> served = this.services.get(service);
		return (served != null) ? served.snapshot() : null;
	}

	@Override
	public @Nullable Addition extend(String service, Object instance, Consumer<GraphProblem> problems) {
		if (!(instance instanceof ItemService<?> items)) {
			return null;
		}
		checkIds(service, items, problems);
		ServedItems<?> served = new ServedItems<>(service, items, this.configuration.of(service, problems));
		// One that comes later may still be refused, and is known once it starts.
		if (!this.discovered) {
			this.services.put(service, served);
		}
		List<ServiceDependency> dependencies = this.engine.dependsOn()
			.stream()
			.map((name) -> new ServiceDependency(name, Kind.REQUIRED, "managed-services.items.engine"))
			.toList();
		return new Addition((context) -> begin(served, context), dependencies);
	}

	// An engine that shares items has to write the ids down.
	private static void checkIds(String service, ItemService<?> items, Consumer<GraphProblem> problems) {
		Class<?> type = idType(items).resolve();
		if (type == null || !ID_TYPES.contains(type)) {
			problems.accept(new GraphProblem(
					"The ids of item service '%s' have the type %s: expected Long, UUID or String.".formatted(service,
							(type != null) ? "'" + type.getName() + "'" : "of a variable"),
					"Let %s implement ItemService<Long>, ItemService<UUID> or ItemService<String>."
						.formatted(userClass(items).getName())));
		}
	}

	private void begin(ServedItems<?> served, ServiceContext context) {
		// A start may come back once the service is forgotten.
		if (!context.isStopping() && this.services.put(context.name(), served) != served && context.isStopping()) {
			this.services.remove(context.name(), served);
		}
		served.begin(this.engine, context, this.surrounding.get());
	}

	@Override
	public void forget(String service) {
		this.services.remove(service);
	}

	@Override
	public boolean keepsAlive(String service) {
		return this.services.containsKey(service);
	}

	@Override
	public void discovered(Consumer<GraphProblem> problems) {
		this.discovered = true;
		this.configuration.discovered(names(), problems);
		this.injection.bind(List.copyOf(this.services.values()), problems);
	}

	/**
	 * The type of the ids of an item service.
	 * @param service the service
	 * @return the type
	 */
	static ResolvableType idType(ItemService<?> service) {
		return ResolvableType.forClass(userClass(service)).as(ItemService.class).getGeneric(0);
	}

	static Class<?> userClass(ItemService<?> service) {
		return ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(service));
	}

	/**
	 * What is configured of item services.
	 */
	@FunctionalInterface
	public interface Configuration {

		/**
		 * The settings of a service.
		 * @param service its name
		 * @param problems is told what is wrong with them
		 * @return the settings
		 */
		ItemSettings of(String service, Consumer<GraphProblem> problems);

		/**
		 * All item services were found.
		 * @param services their names
		 * @param problems is told what is configured of others
		 */
		default void discovered(Set<String> services, Consumer<GraphProblem> problems) {
		}

	}

}
