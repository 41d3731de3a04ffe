// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.listener;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

import io.managedservices.DependsOnService;
import io.managedservices.internal.bean.BeanMethod;

/**
 * A message listener as it is registered with Spring. Immutable.
 *
 * @param id its id, given or generated
 * @param bean the bean that listens, or {@code null} if nobody knows
 * @param method its method, or {@code null} if the class is the listener
 */
record ListenerEndpoint(String id, @Nullable Object bean, @Nullable Method method) {

	/** How ids begin and go on that Spring has generated. */
	private static final String GENERATED = "org\\.springframework\\..*#\\d+";

	/**
	 * The services that it depends on.
	 * @return the annotation of the method, else of the class, or {@code null}
	 */
	@Nullable MergedAnnotation<DependsOnService> annotation() {
		if (this.bean == null) {
			return null;
		}
		Class<?> type = BeanMethod.userClass(this.bean);
		MergedAnnotation<DependsOnService> found = (this.method != null) ? MergedAnnotations
			.from(AopUtils.getMostSpecificMethod(this.method, type), SearchStrategy.TYPE_HIERARCHY)
			.get(DependsOnService.class) : MergedAnnotation.missing();
		if (!found.isPresent()) {
			found = MergedAnnotations.from(type, SearchStrategy.TYPE_HIERARCHY).get(DependsOnService.class);
		}
		return found.isPresent() ? found : null;
	}

	/**
	 * The name of the service that it is.
	 * @return its id if that was given; else after its class and method, and what was
	 * added to the generated id
	 */
	String name() {
		if (this.bean == null || !this.id.matches(GENERATED + ".*")) {
			return this.id;
		}
		return place(ClassUtils.getShortNameAsProperty(BeanMethod.userClass(this.bean)))
				+ this.id.replaceFirst(GENERATED, "");
	}

	/**
	 * What it is, for people.
	 * @return {@code listener VoteListener.vote}
	 */
	String describe() {
		return "listener "
				+ ((this.bean != null) ? place(BeanMethod.userClass(this.bean).getSimpleName()) : "'" + this.id + "'");
	}

	private String place(String type) {
		return (this.method != null) ? type + "." + this.method.getName() : type;
	}

}
