// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.endpoint;

import java.security.Principal;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.util.MimeType;

import io.managedservices.actuate.operation.ErrorDescriptor;
import io.managedservices.actuate.operation.OperationAnswer;
import io.managedservices.actuate.operation.OperationDescriptor;
import io.managedservices.actuate.operation.OperationRequest;
import io.managedservices.actuate.operation.RememberedOperations;
import io.managedservices.actuate.operation.ServiceOperations;
import io.managedservices.internal.drawing.DrawingFormat;
import io.managedservices.internal.sanitize.TextSanitizer;
import io.managedservices.internal.text.FailureText;
import io.managedservices.state.ServiceException;

/**
 * {@link EndpointWebExtension @EndpointWebExtension} of {@link ManagedServicesEndpoint}
 * that draws the graph where a format is asked for, answers 404 for a service and 400 for
 * a format that does not exist, and lets operators do something to services where writing
 * is allowed. Safe for use by several threads.
 *
 * @since 0.1.0
 */
@EndpointWebExtension(endpoint = ManagedServicesEndpoint.class)
public final class ManagedServicesEndpointWebExtension {

	private static final MimeType JSON = Representation.JSON.getProducedMimeType();

	private final ManagedServicesEndpoint endpoint;

	private final ServiceOperations operations;

	private final ShownValues values;

	/**
	 * Create an extension.
	 * @param endpoint what it extends
	 * @param operations what can be done to services
	 * @param values whom texts of others are shown
	 */
	public ManagedServicesEndpointWebExtension(ManagedServicesEndpoint endpoint, ServiceOperations operations,
			ShownValues values) {
		this.endpoint = endpoint;
		this.operations = operations;
		this.values = values;
	}

	/**
	 * All services, or an operation.
	 * @param accepted what the client accepts
	 * @param format {@code json}, {@code mermaid} or {@code dot}; by default what the
	 * client accepts
	 * @param operation the id of an operation that is asked for instead of the services
	 * @param securityContext who asks
	 * @return the services or their drawing, or the operation
	 */
	@ReadOperation(producesFrom = Representation.class)
	public WebEndpointResponse<Object> services(Representation accepted, @Nullable String format,
			@Nullable String operation, SecurityContext securityContext) {
		TextSanitizer sanitizer = this.values.to(securityContext);
		if (operation != null) {
			OperationDescriptor found = this.operations.find(operation, sanitizer);
			return (found != null) ? new WebEndpointResponse<>(found, JSON)
					: error(WebEndpointResponse.STATUS_NOT_FOUND,
							"There is no operation '%s', or %d others came after it"
								.formatted(OperationRequest.shortened(operation), RememberedOperations.MAX_OPERATIONS));
		}
		return answer(accepted, format, () -> this.endpoint.services(sanitizer), this.endpoint::draw);
	}

	/**
	 * One service.
	 * @param parts its name, which may have slashes, as the segments of the path
	 * @param accepted what the client accepts
	 * @param format {@code json}, {@code mermaid} or {@code dot}, with which what it
	 * depends on is drawn with it; by default what the client accepts
	 * @param securityContext who asks
	 * @return the service or its drawing
	 */
	@ReadOperation(producesFrom = Representation.class)
	public WebEndpointResponse<Object> service(@Selector(match = Match.ALL_REMAINING) String[] parts,
			Representation accepted, @Nullable String format, SecurityContext securityContext) {
		String name = String.join("/", parts);
		try {
			return answer(accepted, format, () -> this.endpoint.service(name, this.values.to(securityContext)),
					(drawing) -> this.endpoint.draw(name, drawing));
		}
		catch (ServiceException ex) {
			return error(WebEndpointResponse.STATUS_NOT_FOUND, FailureText.line(String.valueOf(ex.getMessage())));
		}
	}

	/**
	 * Does something to a service.
	 * @param parts its name, which may have slashes, as the segments of the path
	 * @param action what to do, in lower case with dashes
	 * @param dryRun {@code true} to be told only what that would stop and start
	 * @param securityContext who asks
	 * @return the operation, which can be followed, the plan, or why not
	 */
	@WriteOperation
	public WebEndpointResponse<Object> perform(@Selector(match = Match.ALL_REMAINING) String[] parts,
			@Nullable String action, @Nullable String dryRun, SecurityContext securityContext) {
		Principal principal = securityContext.getPrincipal();
		OperationAnswer answer = this.operations.perform(
				new OperationRequest(action, String.join("/", parts), dryRun,
						(principal != null) ? principal.getName() : OperationRequest.ANONYMOUS),
				this.values.to(securityContext));
		return new WebEndpointResponse<>(answer.body(), answer.status(), JSON);
	}

	// A format that is asked for is given whatever the client accepts: its address says
	// what it wants, and a browser, say, accepts everything.
	private WebEndpointResponse<Object> answer(Representation accepted, @Nullable String format,
			Supplier<OperationResponseBody> body, Function<DrawingFormat, String> drawing) {
		DrawingFormat drawingFormat = (format != null) ? DrawingFormat.of(format) : accepted.format();
		if (drawingFormat != null) {
			return new WebEndpointResponse<>(drawing.apply(drawingFormat), drawingFormat.mimeType());
		}
		if (format != null && !format.equals("json")) {
			return error(WebEndpointResponse.STATUS_BAD_REQUEST,
					"Format '%s' does not exist: expected one of json, mermaid, dot"
						.formatted(OperationRequest.shortened(format)));
		}
		return new WebEndpointResponse<>(body.get(),
				(accepted.format() == null) ? accepted.getProducedMimeType() : JSON);
	}

	private WebEndpointResponse<Object> error(int status, String text) {
		return new WebEndpointResponse<>(new ErrorDescriptor(text), status, JSON);
	}

}
