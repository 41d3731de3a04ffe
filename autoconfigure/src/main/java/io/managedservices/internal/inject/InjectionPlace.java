// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.inject;

import java.lang.reflect.Constructor;
import java.lang.reflect.Member;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DependencyDescriptor;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.util.StringUtils;

/**
 * Where something is being injected that is made for each place. Immutable.
 *
 * @param injectionPoint the field or the parameter
 * @since 0.1.0
 */
public record InjectionPlace(InjectionPoint injectionPoint) {

	/** Injected nowhere, since it is of no type that anybody asks for. */
	private static final Object NOTHING = new Object();

	/**
	 * Makes what is injected, unless there is a bean for the place: that of a user, such
	 * as a mock, is injected then. To be called by a factory that is registered as a
	 * resolvable dependency.
	 * @param beanFactory the factory of the context
	 * @param type the type that is injected
	 * @param factory makes what is injected
	 * @return what is injected, or something that Spring does not take for that type
	 */
	public static Object resolve(ConfigurableListableBeanFactory beanFactory, Class<?> type, InjectionFactory factory) {
		// Only what Spring makes itself is given the injection point. A bean would be
		// found by others, and could not be made for them.
		InjectionPlace place = (InjectionPlace) beanFactory.autowire(InjectionPlace.class,
				AutowireCapableBeanFactory.AUTOWIRE_CONSTRUCTOR, false);
		DependencyDescriptor descriptor = place.descriptor(type);
		return place.hasBean(beanFactory, type, descriptor) ? NOTHING
				: factory.create(place, descriptor.getResolvableType().as(type));
	}

	// Of a list or a map, Spring tells the place of the whole.
	private DependencyDescriptor descriptor(Class<?> type) {
		DependencyDescriptor descriptor = new DependencyDescriptor((DependencyDescriptor) this.injectionPoint);
		while (!type.isAssignableFrom(descriptor.getDependencyType()) && descriptor.getResolvableType().hasGenerics()) {
			descriptor.increaseNestingLevel();
		}
		return descriptor;
	}

	private boolean hasBean(ConfigurableListableBeanFactory beanFactory, Class<?> type,
			DependencyDescriptor descriptor) {
		DependencyDescriptor raw = descriptor.forFallbackMatch();
		for (String name : BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beanFactory, type, true, false)) {
			if (beanFactory.isAutowireCandidate(name, descriptor) || beanFactory.isAutowireCandidate(name, raw)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * The name that a {@link Qualifier} asks for.
	 * @return the name, or {@code null} if there is none
	 */
	public @Nullable String qualifier() {
		Qualifier qualifier = this.injectionPoint.getAnnotation(Qualifier.class);
		return (qualifier != null && StringUtils.hasText(qualifier.value())) ? qualifier.value() : null;
	}

	/**
	 * What has the field or the parameter.
	 * @return the field, constructor or method
	 */
	public Member member() {
		return this.injectionPoint.getMember();
	}

	/**
	 * The place, for people.
	 * @return a description, such as: Field 'connection' of class Database
	 */
	public String description() {
		Member member = member();
		String type = member.getDeclaringClass().getSimpleName();
		MethodParameter parameter = this.injectionPoint.getMethodParameter();
		if (parameter == null) {
			return "Field '%s' of class %s".formatted(member.getName(), type);
		}
		return (member instanceof Constructor<?>)
				? "Parameter %d of the constructor of class %s".formatted(parameter.getParameterIndex() + 1, type)
				: "Parameter %d of method %s.%s".formatted(parameter.getParameterIndex() + 1, type, member.getName());
	}

	/**
	 * Makes what is injected in a place.
	 */
	@FunctionalInterface
	public interface InjectionFactory {

		/**
		 * Makes what is injected.
		 * @param place where
		 * @param type the type that is declared there, with its generics
		 * @return what is injected
		 */
		Object create(InjectionPlace place, ResolvableType type);

	}

}
