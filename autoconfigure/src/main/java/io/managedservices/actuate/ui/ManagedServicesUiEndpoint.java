// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.ui;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.util.MimeType;
import org.springframework.web.util.HtmlUtils;

/**
 * {@link WebEndpoint @WebEndpoint} that serves a page about the services: what is wrong
 * and why, the graph, the last start, and operations where they are allowed. The page
 * reads the endpoint {@code managedservices}. It loads nothing from elsewhere. Safe for
 * use by several threads.
 *
 * @since 0.1.0
 */
@WebEndpoint(id = "managedservicesui", defaultAccess = Access.READ_ONLY)
public final class ManagedServicesUiEndpoint {

	private static final EndpointId SERVICES = EndpointId.of("managedservices");

	private static final EndpointId UI = EndpointId.of("managedservicesui");

	private static final String PAGE = "index.html";

	private static final MimeType HTML = MimeType.valueOf("text/html;charset=UTF-8");

	private static final MimeType SCRIPT = MimeType.valueOf("text/javascript;charset=UTF-8");

	/** What the page consists of besides itself: nothing else is served. */
	private static final Map<String, MimeType> FILES = files();

	private final Function<EndpointId, @Nullable String> paths;

	/**
	 * Create an endpoint.
	 * @param paths the path of an endpoint below that of all endpoints, {@code null} if
	 * it is not exposed
	 */
	public ManagedServicesUiEndpoint(Function<EndpointId, @Nullable String> paths) {
		this.paths = paths;
	}

	private static Map<String, MimeType> files() {
		Map<String, MimeType> files = new HashMap<>();
		for (String script : List.of("dagre", "details", "elements", "graph", "history", "model", "operations", "page",
				"timeline", "words")) {
			files.put(script + ".js", SCRIPT);
		}
		files.put("page.css", MimeType.valueOf("text/css;charset=UTF-8"));
		files.put("icon.svg", MimeType.valueOf("image/svg+xml"));
		return Map.copyOf(files);
	}

	/**
	 * The page.
	 * @return the page, with the addresses that it uses, relative to its own
	 */
	@ReadOperation(produces = "text/html;charset=UTF-8")
	public WebEndpointResponse<Resource> page() {
		String own = path(UI);
		// The path of an endpoint may have slashes.
		String up = "../".repeat((int) own.chars().filter((character) -> character == '/').count());
		String html = text().replace("{{ui}}", HtmlUtils.htmlEscape(up + own))
			.replace("{{services}}", HtmlUtils.htmlEscape(up + path(SERVICES)));
		return new WebEndpointResponse<>(new ByteArrayResource(html.getBytes(StandardCharsets.UTF_8)), HTML);
	}

	private String path(EndpointId endpoint) {
		String path = this.paths.apply(endpoint);
		return (path != null) ? path : endpoint.toString();
	}

	private static String text() {
		try {
			return resource(PAGE).getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A file that belongs to the page.
	 * @param file its name
	 * @return the file, or {@code null} if there is none
	 */
	@ReadOperation(produces = { "text/javascript", "text/css", "image/svg+xml" })
	public @Nullable WebEndpointResponse<Resource> file(@Selector String file) {
		MimeType type = FILES.get(file);
		return (type != null) ? new WebEndpointResponse<>(resource(file), type) : null;
	}

	private static Resource resource(String file) {
		return new ClassPathResource(file, ManagedServicesUiEndpoint.class);
	}

}
