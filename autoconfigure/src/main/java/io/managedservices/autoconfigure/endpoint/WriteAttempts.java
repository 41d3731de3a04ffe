// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.endpoint;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;

import io.managedservices.actuate.operation.ServiceOperations;

/**
 * Attempts to do something to a service that come to the path of the endpoint. Where
 * writing is not allowed Boot maps no operation there, and answers 405 before the
 * endpoint could tell of it. Safe for use by several threads.
 */
final class WriteAttempts {

	/** What is answered where a path exists, and the method does not. */
	static final int NOT_ALLOWED = 405;

	private static final EndpointId ENDPOINT = EndpointId.of("managedservices");

	private final ObjectProvider<PathMappedEndpoints> endpoints;

	private final ObjectProvider<ServiceOperations> operations;

	WriteAttempts(ObjectProvider<PathMappedEndpoints> endpoints, ObjectProvider<ServiceOperations> operations) {
		this.endpoints = endpoints;
		this.operations = operations;
	}

	/**
	 * Which service a request is to do something to, with servlets.
	 * @param request the request
	 * @return the name of the service, or {@code null} if it is about something else
	 */
	@Nullable String service(HttpServletRequest request) {
		// What leads to the servlet is in front of the path, and no part of it.
		String path = request.getPathInfo();
		return service(request.getMethod(), (path != null) ? path : request.getServletPath());
	}

	/**
	 * Which service a request is to do something to, with WebFlux.
	 * @param request the request
	 * @return the name of the service, or {@code null} if it is about something else
	 */
	@Nullable String service(ServerHttpRequest request) {
		StringBuilder path = new StringBuilder();
		for (PathContainer.Element element : request.getPath().pathWithinApplication().elements()) {
			path.append(
					(element instanceof PathContainer.PathSegment segment) ? segment.valueToMatch() : element.value());
		}
		return service(request.getMethod().name(), path.toString());
	}

	private @Nullable String service(String method, String path) {
		PathMappedEndpoints paths = "POST".equals(method) ? this.endpoints.getIfAvailable() : null;
		String root = (paths != null) ? paths.getPath(ENDPOINT) : null;
		return (root != null && path.startsWith(root + "/")) ? path.substring(root.length() + 1) : null;
	}

	/**
	 * Tells of an attempt whose body was too large.
	 * @param service the service
	 * @param principal who asked, or {@code null} if that is not known
	 */
	void tooLarge(String service, @Nullable String principal) {
		this.operations.ifAvailable((target) -> target.invalid(service, principal, BodyLimit.MESSAGE));
	}

	/**
	 * Tells of an attempt that was answered with 405.
	 * @param service the service
	 * @param principal who asked, or {@code null} if that is not known
	 */
	void notAllowed(String service, @Nullable String principal) {
		this.operations.ifAvailable((target) -> target.notAllowed(service, principal));
	}

}
