package io.managedservices.actuate.endpoint;

import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.util.MimeType;

import io.managedservices.ServiceException;

/**
 * {@link EndpointWebExtension @EndpointWebExtension} of {@link ManagedServicesEndpoint}
 * that draws the graph where a format is asked for, and answers 404 for a service and 400
 * for a format that does not exist. Safe for use by several threads.
 *
 * @since 0.1.0
 */
@EndpointWebExtension(endpoint = ManagedServicesEndpoint.class)
public final class ManagedServicesEndpointWebExtension {

	private static final MimeType JSON = MimeType.valueOf(DrawingFormat.JSON);

	private final ManagedServicesEndpoint endpoint;

	/**
	 * Create an extension.
	 * @param endpoint what it extends
	 */
	public ManagedServicesEndpointWebExtension(ManagedServicesEndpoint endpoint) {
		this.endpoint = endpoint;
	}

	/**
	 * All services.
	 * @param format {@code json}, which is the default, {@code mermaid} or {@code dot}
	 * @return the services or their drawing
	 */
	@ReadOperation(produces = { DrawingFormat.JSON_V3, DrawingFormat.JSON_V2, DrawingFormat.JSON, DrawingFormat.TEXT,
			DrawingFormat.GRAPHVIZ })
	public WebEndpointResponse<Object> services(@Nullable String format) {
		return answer(format, this.endpoint::services, this.endpoint::draw);
	}

	/**
	 * One service.
	 * @param parts its name, which may have slashes, as the segments of the path
	 * @param format {@code json}, which is the default, {@code mermaid} or {@code dot};
	 * what it depends on is drawn with it
	 * @return the service or its drawing
	 */
	@ReadOperation(produces = { DrawingFormat.JSON_V3, DrawingFormat.JSON_V2, DrawingFormat.JSON, DrawingFormat.TEXT,
			DrawingFormat.GRAPHVIZ })
	public WebEndpointResponse<Object> service(@Selector(match = Match.ALL_REMAINING) String[] parts,
			@Nullable String format) {
		String name = String.join("/", parts);
		try {
			return answer(format, () -> this.endpoint.service(parts), (drawing) -> this.endpoint.draw(name, drawing));
		}
		catch (ServiceException ex) {
			return error(WebEndpointResponse.STATUS_NOT_FOUND, String.valueOf(ex.getMessage()));
		}
	}

	private WebEndpointResponse<Object> answer(@Nullable String format, Supplier<OperationResponseBody> body,
			Function<DrawingFormat, String> drawing) {
		if (format == null || format.equals("json")) {
			return new WebEndpointResponse<>(body.get());
		}
		DrawingFormat drawingFormat = DrawingFormat.of(format);
		if (drawingFormat == null) {
			return error(WebEndpointResponse.STATUS_BAD_REQUEST,
					"Format '%s' does not exist: expected one of json, mermaid, dot".formatted(format));
		}
		return new WebEndpointResponse<>(drawing.apply(drawingFormat), drawingFormat.mimeType());
	}

	private WebEndpointResponse<Object> error(int status, String text) {
		return new WebEndpointResponse<>(new ErrorDescriptor(text), status, JSON);
	}

}
