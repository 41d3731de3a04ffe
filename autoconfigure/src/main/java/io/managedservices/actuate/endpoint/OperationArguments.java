// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.endpoint;

import java.security.Principal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.InvocationContext;
import org.springframework.boot.actuate.endpoint.OperationArgumentResolver;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvoker;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameters;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

import io.managedservices.actuate.operation.OperationAnswer;
import io.managedservices.actuate.operation.OperationRequest;
import io.managedservices.actuate.operation.ServiceOperations;

/**
 * Refuses operations with fields that do not exist, which Spring Boot passes over: a dry
 * run whose field is misspelt would be done. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class OperationArguments implements OperationInvokerAdvisor {

	private static final EndpointId ENDPOINT = EndpointId.of("managedservices");

	/** The path: a field of that name would take its place. */
	private static final String PATH = "parts";

	private static final String ACTION = "action";

	private static final String TASK = "task";

	private static final String DRY_RUN = "dryRun";

	private static final String FOR = "for";

	/** The parameter for {@link #FOR}, which cannot be the name of one in Java. */
	private static final String TIME = "time";

	private static final List<String> FIELDS = List.of(ACTION, TASK, DRY_RUN, FOR);

	private final Supplier<ServiceOperations> operations;

	/**
	 * Create an advisor.
	 * @param operations what can be done to services, asked for when there is something
	 * to refuse
	 */
	public OperationArguments(Supplier<ServiceOperations> operations) {
		this.operations = operations;
	}

	@Override
	public OperationInvoker apply(EndpointId endpoint, OperationType type, OperationParameters parameters,
			OperationInvoker invoker) {
		if (type != OperationType.WRITE || !endpoint.equals(ENDPOINT)) {
			return invoker;
		}
		return (context) -> {
			String problem = problem(context.getArguments());
			return (problem != null) ? refuse(context, problem) : invoker.invoke(renamed(context));
		};
	}

	private static InvocationContext renamed(InvocationContext context) {
		SecurityContext security = context.resolveArgument(SecurityContext.class);
		if (!context.getArguments().containsKey(FOR) || security == null) {
			return context;
		}
		Map<String, Object> arguments = new LinkedHashMap<>(context.getArguments());
		arguments.put(TIME, arguments.remove(FOR));
		return new InvocationContext(security, arguments, new OperationArgumentResolver() {

			@Override
			public boolean canResolve(Class<?> type) {
				return context.canResolve(type);
			}

			@Override
			public <T> @Nullable T resolve(Class<T> type) {
				return context.resolveArgument(type);
			}

		});
	}

	private static @Nullable String problem(Map<String, Object> arguments) {
		for (Map.Entry<String, Object> argument : arguments.entrySet()) {
			String name = argument.getKey();
			boolean path = name.equals(PATH) && argument.getValue() instanceof Object[];
			if (!path && !FIELDS.contains(name)) {
				return "Field '%s' does not exist: expected %s, %s if a task is to be queued, %s if a lease is to be held off, and %s if nothing is to be done.%s"
					.formatted(OperationRequest.shortened(name), ACTION, TASK, FOR, DRY_RUN,
							OperationRequest.suggestion(name, FIELDS));
			}
			if (!path && !isText(argument.getValue())) {
				return "Field '%s' is %s: expected %s".formatted(name,
						(argument.getValue() != null) ? "no text" : "null", expected(name));
			}
		}
		return null;
	}

	private static String expected(String field) {
		return switch (field) {
			case ACTION -> "the name of an action";
			case TASK -> "the name of a task";
			case FOR -> "a duration such as 10m";
			default -> "true, false, or no such field";
		};
	}

	private static boolean isText(@Nullable Object value) {
		return value instanceof CharSequence || value instanceof Boolean;
	}

	private Object refuse(InvocationContext context, String problem) {
		Map<String, Object> arguments = context.getArguments();
		SecurityContext security = context.resolveArgument(SecurityContext.class);
		Principal principal = (security != null) ? security.getPrincipal() : null;
		String service = (arguments.get(PATH) instanceof Object[] parts)
				? String.join("/", List.of(parts).stream().map(String::valueOf).toList()) : "";
		OperationRequest request = new OperationRequest(
				(arguments.get(ACTION) instanceof CharSequence action) ? action.toString() : null, service, null, null,
				null, (principal != null) ? principal.getName() : OperationRequest.ANONYMOUS);
		OperationAnswer answer = this.operations.get().refuse(request, problem);
		return new WebEndpointResponse<>(answer.body(), answer.status(), Representation.JSON.getProducedMimeType());
	}

}
