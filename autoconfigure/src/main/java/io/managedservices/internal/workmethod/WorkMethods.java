// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.workmethod;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;

import io.managedservices.event.OnServiceEvent;
import io.managedservices.internal.bean.BeanMethod;
import io.managedservices.internal.configure.ServiceNames;
import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.declare.DeclaredWork;
import io.managedservices.internal.declare.Placeholders;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceCallbacks;
import io.managedservices.internal.graph.ServiceHook;
import io.managedservices.work.Task;
import io.managedservices.work.Worker;

/**
 * Finds the methods of a service that are work: those with {@link Worker @Worker},
 * {@link Task @Task} and {@link OnServiceEvent @OnServiceEvent}, in the class behind a
 * proxy and in what it inherits, of any visibility that the bean can be called with. As
 * with Spring's listeners the annotation may also stand on the method of an interface or
 * of a superclass that is implemented or overridden, or on another annotation. Used by
 * one thread.
 */
public final class WorkMethods {

	private static final List<Class<? extends Annotation>> ANNOTATIONS = List.of(Worker.class, Task.class,
			OnServiceEvent.class);

	private final Placeholders placeholders;

	private final ServiceNames names;

	private final List<GraphProblem> problems;

	public WorkMethods(Placeholders placeholders, ServiceNames names, List<GraphProblem> problems) {
		this.placeholders = placeholders;
		this.names = names;
		this.problems = problems;
	}

	/**
	 * Finds the methods of a class that are work.
	 * @param type the class
	 * @return its methods with one of the annotations
	 */
	public static Set<Method> in(Class<?> type) {
		if (!AnnotationUtils.isCandidateClass(type, ANNOTATIONS)) {
			return Set.of();
		}
		return MethodIntrospector.selectMethods(type, (Method method) -> isWork(method));
	}

	private static boolean isWork(Method method) {
		for (Class<? extends Annotation> annotation : ANNOTATIONS) {
			if (find(method, annotation) != null) {
				return true;
			}
		}
		return false;
	}

	private static <A extends Annotation> @Nullable A find(Method method, Class<A> annotation) {
		return AnnotatedElementUtils.findMergedAnnotation(method, annotation);
	}

	public DeclaredWork of(Declaration declaration) {
		if (!declaration.hasInstance()) {
			return DeclaredWork.NONE;
		}
		// The order in which a class has its methods may change from run to run.
		List<Method> methods = in(BeanMethod.userClass(declaration.instance())).stream()
			.sorted(Comparator.comparing(Method::getName).thenComparing(Method::toString))
			.toList();
		if (methods.isEmpty()) {
			return DeclaredWork.NONE;
		}
		List<ServiceCallbacks.Callback> starts = new ArrayList<>();
		List<ServiceCallbacks.Callback> made = new ArrayList<>();
		List<ServiceHook> hooks = new ArrayList<>();
		WorkerMethods workers = new WorkerMethods(this.problems);
		TaskMethods tasks = new TaskMethods(this.problems);
		HookMethods hooked = new HookMethods(this.names, this.problems);
		for (Method method : methods) {
			add(starts, declared(declaration, method, Worker.class, workers::start));
			TaskMethods.DeclaredTask task = declared(declaration, method, Task.class, tasks::task);
			if (task != null) {
				made.add(task::make);
				starts.add(task::begin);
			}
			add(hooks, declared(declaration, method, OnServiceEvent.class, hooked::hook));
		}
		return new DeclaredWork(List.copyOf(made), List.copyOf(starts), List.copyOf(hooks));
	}

	private <A extends Annotation, T> @Nullable T declared(Declaration declaration, Method method, Class<A> type,
			Reader<A, T> reader) {
		A annotation = find(method, type);
		if (annotation == null) {
			return null;
		}
		WorkMethod found = new WorkMethod(declaration, method, "@" + type.getSimpleName(), this.problems);
		int before = this.problems.size();
		A resolved = this.placeholders.resolve(MergedAnnotation.from(annotation), (what, attribute) -> found
			.refuse(what, "Set the property, or correct %s of %s.".formatted(attribute, found.place())));
		return (this.problems.size() > before) ? null : reader.read(found, resolved);
	}

	private static <T> void add(List<T> all, @Nullable T found) {
		if (found != null) {
			all.add(found);
		}
	}

	/**
	 * Makes something of a method with an annotation.
	 *
	 * @param <A> the type of the annotation
	 * @param <T> what it makes
	 */
	@FunctionalInterface
	private interface Reader<A extends Annotation, T> {

		@Nullable T read(WorkMethod method, A annotation);

	}

}
