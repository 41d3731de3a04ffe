// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.endpoint;

import java.security.Principal;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

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
import io.managedservices.internal.drawing.DrawingFilter;
import io.managedservices.internal.drawing.DrawingFormat;
import io.managedservices.internal.sanitize.TextSanitizer;
import io.managedservices.internal.text.FailureText;
import io.managedservices.monitor.ServiceSnapshot;
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

	private static final String TIMELINE = "timeline";

	private static final String DETAILS = "details";

	private static final String SUMMARY = "summary";

	private static final String HISTORY = "history";

	private static final List<String> VIEWS = List.of(DETAILS, SUMMARY, HISTORY);

	private static final MimeType SVG = MimeType.valueOf("image/svg+xml;charset=UTF-8");

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
	 * @param format {@code json}, {@code mermaid}, {@code dot}, or {@code timeline} for
	 * an image of the last start; by default what the client accepts
	 * @param view {@code details}, {@code summary} or {@code history}, details by default
	 * @param since the revision of a summary: only what has changed since then is shown
	 * @param filter which services are drawn: {@code problems}, {@code critical-path}, or
	 * {@code needs:} and the name of one, for those that need it; all by default
	 * @param operation the id of an operation that is asked for instead of the services
	 * @param securityContext who asks
	 * @return the services or their drawing, or the operation
	 */
	@ReadOperation(producesFrom = Representation.class)
	public WebEndpointResponse<Object> services(Representation accepted, @Nullable String format, @Nullable String view,
			@Nullable String since, @Nullable String filter, @Nullable String operation,
			SecurityContext securityContext) {
		TextSanitizer sanitizer = this.values.to(securityContext);
		if (operation != null) {
			OperationDescriptor found = this.operations.find(operation, sanitizer);
			return (found != null) ? new WebEndpointResponse<>(found, JSON)
					: error(WebEndpointResponse.STATUS_NOT_FOUND,
							"There is no operation '%s', or %d others came after it"
								.formatted(OperationRequest.shortened(operation), RememberedOperations.MAX_OPERATIONS));
		}
		if (filter != null) {
			return filtered(accepted, format, filter);
		}
		if (TIMELINE.equals(format)) {
			return new WebEndpointResponse<>(this.endpoint.drawStart(), SVG);
		}
		String shown = (view != null) ? view : (since != null) ? SUMMARY : DETAILS;
		if (!VIEWS.contains(shown)) {
			return error(WebEndpointResponse.STATUS_BAD_REQUEST, "View '%s' does not exist: expected one of %s"
				.formatted(OperationRequest.shortened(shown), String.join(", ", VIEWS)));
		}
		if (since != null && !shown.equals(SUMMARY)) {
			return error(WebEndpointResponse.STATUS_BAD_REQUEST,
					"since is for summaries: expected no view but summary");
		}
		return answer(accepted, format, () -> shown(shown, since, sanitizer),
				(drawing) -> this.endpoint.draw(drawing, UnaryOperator.identity()));
	}

	private OperationResponseBody shown(String view, @Nullable String since, TextSanitizer sanitizer) {
		return switch (view) {
			case SUMMARY -> this.endpoint.summary(since, sanitizer);
			case HISTORY -> this.endpoint.history(sanitizer);
			default -> this.endpoint.services(sanitizer);
		};
	}

	private WebEndpointResponse<Object> filtered(Representation accepted, @Nullable String format, String name) {
		UnaryOperator<List<ServiceSnapshot>> filter = DrawingFilter.of(name, this.endpoint.criticalPath());
		if (filter == null) {
			return error(WebEndpointResponse.STATUS_BAD_REQUEST, "Filter '%s' does not exist: expected one of %s"
				.formatted(OperationRequest.shortened(name), DrawingFilter.EXPECTED));
		}
		if (drawing(accepted, format) == null) {
			return error(WebEndpointResponse.STATUS_BAD_REQUEST,
					"Filters are for drawings: expected filter together with one of the formats mermaid, dot");
		}
		String target = DrawingFilter.target(name);
		try {
			if (target != null) {
				this.endpoint.check(target);
			}
		}
		catch (ServiceException ex) {
			return error(WebEndpointResponse.STATUS_NOT_FOUND, FailureText.line(String.valueOf(ex.getMessage())));
		}
		return answer(accepted, format, () -> new ErrorDescriptor(name),
				(drawing) -> this.endpoint.draw(drawing, filter));
	}

	private static @Nullable DrawingFormat drawing(Representation accepted, @Nullable String format) {
		return (format != null) ? DrawingFormat.of(format) : accepted.format();
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
	 * @param task the name of the task that the action {@code queue} queues
	 * @param dryRun {@code true} to be told only what that would stop and start
	 * @param time for how long the action {@code hold-off} keeps this instance from
	 * trying to get the lease; the field {@code for} of the request
	 * @param securityContext who asks
	 * @return the operation, which can be followed, the plan, or why not
	 */
	@WriteOperation
	public WebEndpointResponse<Object> perform(@Selector(match = Match.ALL_REMAINING) String[] parts,
			@Nullable String action, @Nullable String task, @Nullable String dryRun, @Nullable String time,
			SecurityContext securityContext) {
		Principal principal = securityContext.getPrincipal();
		OperationAnswer answer = this.operations.perform(
				new OperationRequest(action, String.join("/", parts), task, dryRun, time,
						(principal != null) ? principal.getName() : OperationRequest.ANONYMOUS),
				this.values.to(securityContext));
		return new WebEndpointResponse<>(answer.body(), answer.status(), JSON);
	}

	// A format that is asked for is given whatever the client accepts: its address says
	// what it wants, and a browser, say, accepts everything.
	private WebEndpointResponse<Object> answer(Representation accepted, @Nullable String format,
			Supplier<OperationResponseBody> body, Function<DrawingFormat, String> drawing) {
		DrawingFormat drawingFormat = drawing(accepted, format);
		if (drawingFormat != null) {
			return new WebEndpointResponse<>(drawing.apply(drawingFormat), drawingFormat.mimeType());
		}
		if (format != null && !format.equals("json")) {
			return error(WebEndpointResponse.STATUS_BAD_REQUEST,
					"Format '%s' does not exist: expected one of json, mermaid, dot, and timeline for all services"
						.formatted(OperationRequest.shortened(format)));
		}
		return new WebEndpointResponse<>(body.get(),
				(accepted.format() == null) ? accepted.getProducedMimeType() : JSON);
	}

	private WebEndpointResponse<Object> error(int status, String text) {
		return new WebEndpointResponse<>(new ErrorDescriptor(text), status, JSON);
	}

}
