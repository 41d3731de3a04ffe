// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item;

import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;

import io.managedservices.internal.declare.PresenceSign;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.inject.InjectionPlace;
import io.managedservices.internal.text.NearestName;
import io.managedservices.item.ItemScheduler;
import io.managedservices.item.ItemService;

/**
 * Lets {@link ItemScheduler} be injected, and finds for each injection point the service
 * that it is about. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class ItemSchedulerInjection implements BeanFactoryPostProcessor, PresenceSign {

	private final ReentrantLock lock = new ReentrantLock();

	private final List<InjectedScheduler<?>> open = new ArrayList<>();

	private @Nullable List<ServedItems<?>> services;

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		ObjectFactory<Object> factory = () -> InjectionPlace.resolve(beanFactory, ItemScheduler.class,
				(place, type) -> scheduler(beanFactory, place, type));
		beanFactory.registerResolvableDependency(ItemScheduler.class, factory);
	}

	@Override
	public boolean isSeen() {
		this.lock.lock();
		try {
			return !this.open.isEmpty();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void noneFound() {
		bind(List.of(), (problem) -> {
		});
	}

	private ItemScheduler<?> scheduler(ConfigurableListableBeanFactory beanFactory, InjectionPlace place,
			ResolvableType type) {
		InjectedScheduler<?> scheduler = new InjectedScheduler<>(new InjectedScheduler.Place(place.description(),
				owner(beanFactory, place.member()), type.getGeneric(0), place.qualifier()));
		GraphProblem problem = null;
		this.lock.lock();
		try {
			if (this.services == null) {
				this.open.add(scheduler);
			}
			else {
				problem = bind(scheduler, this.services);
			}
		}
		finally {
			this.lock.unlock();
		}
		if (problem != null) {
			throw new IllegalStateException(problem.description() + " " + problem.action());
		}
		return scheduler;
	}

	// The bean that a @Bean method makes, else a bean of the class: Spring does not tell
	// which one it is making.
	private static Predicate<ItemService<?>> owner(ConfigurableListableBeanFactory beanFactory, Member member) {
		Bean made = (member instanceof Method method) ? AnnotatedElementUtils.findMergedAnnotation(method, Bean.class)
				: null;
		if (made == null) {
			return (service) -> member.getDeclaringClass().isAssignableFrom(ItemServices.userClass(service));
		}
		String beanName = (made.name().length > 0) ? made.name()[0] : member.getName();
		return (service) -> service == beanFactory.getSingleton(beanName);
	}

	/**
	 * Finds the services of the injection points that there are.
	 * @param found all item services
	 * @param problems is told what is wrong
	 */
	void bind(List<ServedItems<?>> found, Consumer<GraphProblem> problems) {
		this.lock.lock();
		try {
			for (InjectedScheduler<?> scheduler : this.open) {
				GraphProblem problem = bind(scheduler, found);
				if (problem != null) {
					problems.accept(problem);
				}
			}
			this.open.clear();
			this.services = found;
		}
		finally {
			this.lock.unlock();
		}
	}

	private static @Nullable GraphProblem bind(InjectedScheduler<?> scheduler, List<ServedItems<?>> found) {
		InjectedScheduler.Place place = scheduler.place();
		List<ServedItems<?>> candidates = candidates(place, found);
		if (candidates.size() == 1 && isOfType(place, candidates.get(0))) {
			scheduler.bind(candidates.get(0));
			return null;
		}
		String wanted = "%s needs an item service with ids of type '%s'%s".formatted(place.description(),
				place.idType(), (place.qualifier() != null) ? " named '" + place.qualifier() + "' (@Qualifier)" : "");
		if (candidates.size() > 1) {
			return new GraphProblem("%s, and several could be meant: %s.".formatted(wanted, describe(candidates)),
					"Name the service at the injection point, such as @Qualifier(\"%s\"). If several beans have this injection point in common, give each a parameter of its own constructor or @Bean method."
						.formatted(candidates.get(0).name()));
		}
		String nearest = (place.qualifier() != null)
				? NearestName.of(place.qualifier(), found.stream().map(ServedItems::name).toList()) : null;
		return new GraphProblem(
				"%s, and there is %s.".formatted(wanted,
						found.isEmpty() ? "no item service" : "none among " + describe(found)),
				"Name the service with @Qualifier, or correct the type.%s"
					.formatted((nearest != null) ? " Did you mean '" + nearest + "'?" : ""));
	}

	private static String describe(List<ServedItems<?>> services) {
		return services.stream()
			.map((items) -> "'%s' (%s)".formatted(items.name(), ItemServices.idType(items.service())))
			.collect(Collectors.joining(", "));
	}

	private static List<ServedItems<?>> candidates(InjectedScheduler.Place place, List<ServedItems<?>> found) {
		if (place.qualifier() != null) {
			return found.stream().filter((items) -> items.name().equals(place.qualifier())).toList();
		}
		List<ServedItems<?>> ofType = found.stream().filter((items) -> isOfType(place, items)).toList();
		List<ServedItems<?>> own = ofType.stream().filter((items) -> place.owner().test(items.service())).toList();
		return own.isEmpty() ? ofType : own;
	}

	private static boolean isOfType(InjectedScheduler.Place place, ServedItems<?> items) {
		Class<?> wanted = place.idType().resolve();
		Class<?> ids = ItemServices.idType(items.service()).resolve();
		return wanted == null || ids == null || wanted.equals(ids);
	}

}
