// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item;

import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;

import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.inject.InjectionPlace;
import io.managedservices.internal.inject.LateInjection;
import io.managedservices.internal.text.NearestName;
import io.managedservices.item.ItemScheduler;
import io.managedservices.item.ItemService;

/**
 * Lets {@link ItemScheduler} be injected, and finds for each injection point the service
 * that it is about. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class ItemSchedulerInjection extends LateInjection<InjectedScheduler<?>, ServedItems<?>> {

	public ItemSchedulerInjection() {
		super(ItemScheduler.class);
	}

	@Override
	protected InjectedScheduler<?> create(ConfigurableListableBeanFactory beanFactory, InjectionPlace place,
			ResolvableType declared) {
		return new InjectedScheduler<>(new InjectedScheduler.Place(place.description(),
				owner(beanFactory, place.member()), declared.getGeneric(0), place.qualifier()));
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

	@Override
	protected @Nullable GraphProblem bind(InjectedScheduler<?> scheduler, List<? extends ServedItems<?>> found) {
		InjectedScheduler.Place place = scheduler.place();
		List<? extends ServedItems<?>> candidates = candidates(place, found);
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
				found.isEmpty()
						? "Let a class with @ManagedService implement ItemService<%s>, or remove the parameter."
							.formatted(place.idType().toClass().getSimpleName())
						: "Name the service with @Qualifier, or correct the type.%s"
							.formatted((nearest != null) ? " Did you mean '" + nearest + "'?" : ""));
	}

	private static String describe(List<? extends ServedItems<?>> services) {
		return services.stream()
			.map((items) -> "'%s' (%s)".formatted(items.name(), ItemServices.idType(items.service())))
			.collect(Collectors.joining(", "));
	}

	private static List<? extends ServedItems<?>> candidates(InjectedScheduler.Place place,
			List<? extends ServedItems<?>> found) {
		if (place.qualifier() != null) {
			return found.stream().filter((items) -> items.name().equals(place.qualifier())).toList();
		}
		List<? extends ServedItems<?>> ofType = found.stream().filter((items) -> isOfType(place, items)).toList();
		List<? extends ServedItems<?>> own = ofType.stream()
			.filter((items) -> place.owner().test(items.service()))
			.toList();
		return own.isEmpty() ? ofType : own;
	}

	private static boolean isOfType(InjectedScheduler.Place place, ServedItems<?> items) {
		Class<?> wanted = place.idType().resolve();
		Class<?> ids = ItemServices.idType(items.service()).resolve();
		return wanted == null || ids == null || wanted.equals(ids);
	}

}
