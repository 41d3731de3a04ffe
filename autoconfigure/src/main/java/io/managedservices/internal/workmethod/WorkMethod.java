// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.workmethod;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

import io.managedservices.internal.bean.BeanMethod;
import io.managedservices.internal.bean.MethodRefusal;
import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.graph.GraphProblem;

/**
 * A method of a service that is declared to be work, and what is wrong with that. Used by
 * one thread.
 */
final class WorkMethod {

	private final Declaration declaration;

	private final Method method;

	private final String annotation;

	private final List<GraphProblem> problems;

	WorkMethod(Declaration declaration, Method method, String annotation, List<GraphProblem> problems) {
		this.declaration = declaration;
		this.method = method;
		this.annotation = annotation;
		this.problems = problems;
	}

	String service() {
		return this.declaration.name();
	}

	Method method() {
		return this.method;
	}

	/**
	 * The name of the work.
	 * @param declared the name in the annotation, empty for that of the method
	 * @return the name
	 */
	String name(String declared) {
		if (!declared.isEmpty() && declared.isBlank()) {
			refuse("has a method '%s' as work with a blank name: expected at least one visible character, or none for that of the method, found '%s'"
				.formatted(this.method.getName(), declared), "Correct name of %s.".formatted(place()));
		}
		return declared.isEmpty() ? this.method.getName() : declared;
	}

	/**
	 * Where the annotation stands.
	 * @return {@code @Worker on method Mail.listen}
	 */
	String place() {
		return "%s on method %s.%s".formatted(this.annotation, this.method.getDeclaringClass().getSimpleName(),
				this.method.getName());
	}

	void refuse(String what, String action) {
		this.problems.add(new GraphProblem("Service '%s' %s (%s).".formatted(service(), what, place()), action));
	}

	/**
	 * Makes it one that can be called.
	 * @return how it is called, or {@code null} if it cannot be, which is a problem then
	 */
	@Nullable BeanMethod callable() {
		if (isUnsupervised()) {
			return null;
		}
		Object instance = this.declaration.instance();
		MethodRefusal refusal = MethodRefusal.of(instance, this.method, MethodRefusal.Use.WORK);
		if (refusal != null) {
			refuse(refusal.what(), refusal.action());
			return null;
		}
		return BeanMethod.of(instance, this.method);
	}

	// What goes on after the method has returned would be nobody's: neither reported if
	// it fails nor waited for at stop.
	private boolean isUnsupervised() {
		Class<?> returned = this.method.getReturnType();
		if (Future.class.isAssignableFrom(returned) || CompletionStage.class.isAssignableFrom(returned)
				|| ReactiveAdapterRegistry.getSharedInstance().getAdapter(returned) != null) {
			refuse("has a method '%s' as work that returns a '%s', for which nothing waits: expected one that has done its work when it returns"
				.formatted(this.method.getName(), returned.getSimpleName()),
					"Let %s wait for what it returns, and return nothing.".formatted(shortMethod()));
			return true;
		}
		return false;
	}

	/**
	 * Makes it one that can be called with some of what is on offer, or with nothing.
	 * @param offered the types of what is on offer
	 * @return how it is called, or {@code null} if it cannot be, which is a problem then
	 */
	@Nullable Call callable(Class<?>... offered) {
		MethodParameters parameters = MethodParameters.of(this.method, offered);
		if (!parameters.others().isEmpty() || parameters.isAnyTakenTwice()) {
			refuse("has a method '%s' as work with parameters %s: expected none, or any of %s, each once"
				.formatted(this.method.getName(), parameters, parameters.offer()),
					"Correct the parameters of %s.".formatted(shortMethod()));
			return null;
		}
		BeanMethod callable = callable();
		return (callable != null) ? (things) -> callable.call(parameters.pick(things)) : null;
	}

	/**
	 * Checks that no work of the same kind has the same name.
	 * @param kind the kind
	 * @param name the name
	 * @param known the names of the others, to which this is added
	 */
	void checkUnique(String kind, String name, Set<String> known) {
		if (!known.add(name)) {
			refuse("has two %ss '%s'".formatted(kind, name),
					"Give one of them another name: %s(name = \"…\").".formatted(this.annotation));
		}
	}

	/**
	 * The type of the events that a parameter takes.
	 * @param parameter the place of the parameter
	 * @return the type, also of a parameter that is declared by a type variable
	 */
	ResolvableType eventType(int parameter) {
		ResolvableType type = ResolvableType.forMethodParameter(this.method, parameter,
				BeanMethod.userClass(this.declaration.instance()));
		Class<?> resolved = ClassUtils.resolvePrimitiveIfNecessary(type.resolve(Object.class));
		return type.hasGenerics() ? type : ResolvableType.forClass(resolved);
	}

	String shortMethod() {
		return "%s.%s".formatted(this.method.getDeclaringClass().getSimpleName(), this.method.getName());
	}

	/**
	 * Reads a duration.
	 * @param attribute the attribute that it is in
	 * @param text the text
	 * @param orZero whether it may be 0
	 * @return the duration, or {@code null} if it is none, which is a problem then
	 */
	@Nullable Duration duration(String attribute, String text, boolean orZero) {
		Duration duration = null;
		try {
			duration = DurationStyle.detectAndParse(text);
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			// Told below, as one that is out of range is.
		}
		if (duration == null || duration.isNegative() || (duration.isZero() && !orZero)) {
			refuse("has an invalid %s of %s: expected a duration %s, such as 500ms or 10s, found '%s'"
				.formatted(attribute, this.annotation, orZero ? "of 0 or more" : "above 0", text),
					text.contains("${") ? "Set the property that %s of %s names, or give it a default: ${name:10s}."
						.formatted(attribute, place()) : "Correct %s of %s.".formatted(attribute, place()));
			return null;
		}
		return duration;
	}

	/**
	 * Calls a method with what it takes of what is on offer.
	 */
	@FunctionalInterface
	interface Call {

		void with(Object... things) throws Exception;

	}

}
