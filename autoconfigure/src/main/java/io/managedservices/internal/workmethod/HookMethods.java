// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.workmethod;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;
import io.managedservices.event.EventOrigin;
import io.managedservices.event.EventPolicy;
import io.managedservices.event.OnServiceEvent;
import io.managedservices.internal.bean.BeanMethod;
import io.managedservices.internal.configure.ServiceNames;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceHook;
import io.managedservices.monitor.LifecycleEvent;

/**
 * Makes hooks of the methods of one service that are annotated with
 * {@link OnServiceEvent @OnServiceEvent}. Used by one thread.
 */
final class HookMethods {

	private final ServiceNames names;

	private final List<GraphProblem> problems;

	HookMethods(ServiceNames names, List<GraphProblem> problems) {
		this.names = names;
		this.problems = problems;
	}

	/**
	 * Makes a hook of a method.
	 * @param hooked the method
	 * @param annotation its annotation
	 * @return the hook, or {@code null} if anything is wrong with it
	 */
	@Nullable ServiceHook hook(WorkMethod hooked, OnServiceEvent annotation) {
		int before = this.problems.size();
		Method method = hooked.method();
		String source = this.names.resolve(annotation.source());
		if (!source.isEmpty() && !this.names.exists(source)) {
			String nearest = this.names.nearest(source);
			hooked.refuse("hooks the events of '%s', and there is no service of that name".formatted(source),
					"Correct source of %s.%s".formatted(hooked.place(),
							(nearest != null) ? " Did you mean '" + nearest + "'?" : ""));
		}
		MethodParameters parameters = MethodParameters.of(method, EventOrigin.class, ServiceContext.class);
		if (parameters.others().size() != 1 || parameters.isAnyTakenTwice()) {
			hooked.refuse(
					"has a method '%s' as a hook with parameters %s: expected one, the event, and besides it any of %s, each once"
						.formatted(method.getName(), parameters, parameters.offer()),
					"Correct the parameters of %s.".formatted(hooked.shortMethod()));
			return null;
		}
		checkBuffer(hooked, annotation);
		BeanMethod callable = hooked.callable();
		ResolvableType eventType = hooked.eventType(parameters.others().get(0));
		Class<?> type = eventType.toClass();
		if (LifecycleEvent.class.isAssignableFrom(type)) {
			hooked.refuse(
					"has a method '%s' as a hook of %s, which no service emits: expected the type of an event of a service"
						.formatted(method.getName(), type.getSimpleName()),
					"Let a LifecycleListener or a method with @EventListener take what happens to services, in place of %s."
						.formatted(hooked.place()));
		}
		if (this.problems.size() > before || callable == null) {
			return null;
		}
		// Methods that hook events are often called alike: the event tells them apart.
		String name = "%s(%s)".formatted(method.getName(), shortName(eventType));
		int buffer = (annotation.buffer() != ManagedService.NOT_SET) ? annotation.buffer() : ServiceHook.OF_SERVICE;
		// Nobody asks where an event comes from but a method that takes it.
		boolean takesOrigin = parameters.types().contains(EventOrigin.class);
		return new ServiceHook(name, source, eventType, annotation.policy(), buffer,
				(event, origin, incarnation) -> callable
					.call(parameters.pick(takesOrigin ? origin.get() : origin, incarnation, event)));
	}

	private static String shortName(ResolvableType type) {
		Class<?> resolved = type.resolve();
		String name = (resolved != null) ? resolved.getSimpleName() : "?";
		return type.hasGenerics() ? name + Arrays.stream(type.getGenerics())
			.map(HookMethods::shortName)
			.collect(Collectors.joining(", ", "<", ">")) : name;
	}

	private static void checkBuffer(WorkMethod hooked, OnServiceEvent annotation) {
		int buffer = annotation.buffer();
		if (buffer == ManagedService.NOT_SET) {
			return;
		}
		if (buffer < 1) {
			hooked.refuse("has an invalid buffer of @OnServiceEvent: expected 1 or more, found %d".formatted(buffer),
					"Correct buffer of %s.".formatted(hooked.place()));
		}
		if (annotation.policy() != EventPolicy.BUFFER) {
			hooked.refuse("has a hook with buffer %d and policy %s, which holds nothing: expected policy BUFFER"
				.formatted(buffer, annotation.policy()), "Remove buffer or policy from %s.".formatted(hooked.place()));
		}
	}

}
